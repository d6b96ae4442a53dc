"""Data: who keeps the demo's compound in repair, with which equipment and materials.

Categories and service levels are those that the house begins with.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from backend import clock
from backend.db import Base
from backend.flows.demo import places
from backend.flows.demo.organisation import PROPERTY_MANAGER_NO, WORKER_NO, WORKERS
from backend.flows.demo.plan import Plan
from backend.flows.demo_accounts import ANSWERING_CONTRACTOR_ID
from backend.places.models import PlaceKind
from backend.places.policies import ALPHABET
from property.assets.models import Asset, AssetKind, AssetState
from property.categories.defaults import standards
from property.categories.models import Category
from property.contractors.models import Contract, Contractor, ContractScope, ServiceKind
from property.work_orders.costs.models import Material, MaterialPrice, Movement, MovementKind, Stock, Store
from property.workforce.models import Duty, Group, Shift, Worker, WorkerSkill

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_SEED: Final = "houqin demo 2026: estate"
OWN_GROUP: Final = 1
SERVICE_GROUP: Final = 2
CLEANING_GROUP: Final = 3
FIRE_GROUP: Final = 4
SERVICE_CONTRACTOR: Final = ANSWERING_CONTRACTOR_ID
CLEANING_CONTRACTOR: Final = 2
FIRE_CONTRACTOR: Final = 3


class Firm(NamedTuple):
    """A contractor with its contract: the fee is what a full month is paid, in fen."""

    id: int
    name: str
    short_name: str
    contact: str
    title: str
    fee_fen: int
    services: tuple[ServiceKind, ...]


FIRMS: Final = (
    Firm(SERVICE_CONTRACTOR, "云州中正物业服务有限公司", "中正物业", "项目部",
         "设施设备运行维护服务", 18_600_000, (ServiceKind.EQUIPMENT, ServiceKind.BUILDING)),
    Firm(CLEANING_CONTRACTOR, "云州洁净环境服务有限公司", "洁净环境", "项目部",
         "保洁绿化服务", 9_450_000, (ServiceKind.CLEANING, ServiceKind.GREENING)),
    Firm(FIRE_CONTRACTOR, "云州安泰消防安保有限公司", "安泰安保", "值班室",
         "秩序维护和消防维保服务", 12_800_000, (ServiceKind.SECURITY,)),
)  # fmt: skip # One firm in two lines.


class Hand(NamedTuple):
    """A worker: which group, as what, stationed in which building."""

    staff_no: str
    group_id: int
    skills: tuple[str, ...]
    building_id: int
    is_lead: bool = False


HANDS: Final = (
    Hand("9311", OWN_GROUP, ("综合维修", "水暖", "电工"), 1, is_lead=True),
    Hand("9312", OWN_GROUP, ("综合维修",), 1),
    Hand("9313", OWN_GROUP, ("弱电", "综合维修"), 2),
    Hand(WORKER_NO, OWN_GROUP, ("水暖",), 1),
    Hand("9314", OWN_GROUP, ("水暖",), 5),
    Hand("9321", SERVICE_GROUP, ("电工", "空调"), 1, is_lead=True),
    Hand("9322", SERVICE_GROUP, ("电工",), 2),
    Hand("9323", SERVICE_GROUP, ("空调",), 3),
    Hand("9324", SERVICE_GROUP, ("电梯", "电工"), 1),
    Hand("9331", CLEANING_GROUP, ("保洁", "绿化"), 1, is_lead=True),
    Hand("9332", CLEANING_GROUP, ("保洁",), 2),
    Hand("9341", FIRE_GROUP, ("消防",), 1, is_lead=True),
    Hand("9342", FIRE_GROUP, ("消防",), 3),
)
CONTRACTOR_OF: Final = {
    OWN_GROUP: None,
    SERVICE_GROUP: SERVICE_CONTRACTOR,
    CLEANING_GROUP: CLEANING_CONTRACTOR,
    FIRE_GROUP: FIRE_CONTRACTOR,
}
_GROUPS: Final = ((OWN_GROUP, "综合维修班"), (SERVICE_GROUP, "机电运维班"), (CLEANING_GROUP, "保洁绿化班"),
                  (FIRE_GROUP, "消防安保班"))  # fmt: skip # One line more says no more.
DAY, EVENING, NIGHT = 1, 2, 3
_SHIFTS: Final = (
    (DAY, "白班", time(8), time(17, 30)),
    (EVENING, "晚班", time(17, 30), time(23)),
    (NIGHT, "夜班", time(23), time(8)),
)


class Machine(NamedTuple):
    """A kind of equipment: its category, who keeps it, how many years of warranty, what one costs in fen."""

    name: str
    prefix: str
    category: str
    contractor_id: int | None
    years: int
    price_fen: int
    models: tuple[str, ...]


MACHINES: Final = (
    Machine("客梯", "DT", "lift.fault", SERVICE_CONTRACTOR, 2, 28_000_000, ("TKJ1000", "TKJ1350")),
    Machine(
        "空调机组", "KT", "air_conditioning.weak", SERVICE_CONTRACTOR, 3, 16_500_000, ("MDV-560W", "RHXYQ16")
    ),
    Machine("配电柜", "PD", "electrical.equipment", SERVICE_CONTRACTOR, 3, 4_800_000, ("GGD-2", "MNS")),
    Machine("给水泵", "SB", "plumbing.no_water", SERVICE_CONTRACTOR, 2, 1_250_000, ("CDL16-8", "CR15-7")),
    Machine("开水器", "KS", "plumbing.hot_water", None, 1, 380_000, ("JN-9E", "ZK-12K")),
    Machine("消防泵", "XB", "fire_safety.equipment", FIRE_CONTRACTOR, 2, 3_600_000, ("XBD8/40",)),
    Machine("火灾报警控制器", "XF", "fire_safety.equipment", FIRE_CONTRACTOR, 2, 5_200_000, ("JB-QB-3200",)),
)
# name, specification, unit, price in fen, how many lie in the store of the first campus.
_MATERIALS: Final = (
    ("LED 灯管", "T8 1.2m 16W", "支", 1850, 160),
    ("LED 面板灯", "600×600 48W", "块", 12800, 24),
    ("空气开关", "2P C32", "只", 4200, 40),
    ("五孔插座", "10A", "只", 1480, 80),
    ("水龙头", "感应式 DN15", "只", 26800, 16),
    ("角阀", "DN15", "只", 2350, 60),
    ("软管", "DN15 0.5m", "根", 1280, 70),
    ("马桶水箱配件", "双按", "套", 5600, 18),
    ("PPR 水管", "DN25", "米", 1360, 120),
    ("门锁", "执手锁", "把", 16800, 20),
    ("闭门器", "65kg", "只", 13500, 12),
    ("空调滤网", "595×595×46", "片", 6800, 45),
    ("制冷剂", "R410A", "千克", 7200, 30),
    ("水晶头", "CAT6", "只", 120, 300),
    ("网线", "CAT6", "米", 260, 600),
    ("灭火器", "MFZ/ABC4", "具", 8600, 36),
    ("应急照明灯", "双头", "只", 9800, 28),
    ("密封胶", "中性透明", "支", 1650, 50),
)


def category_ids() -> dict[str, int]:
    """The id of each category by its code."""
    return {one.code: number for number, one in enumerate(standards(), start=1)}


def tables(plan: Plan) -> Tables:
    """Everything that stands before the first order, parents before children."""
    known_at = clock.at_local(plan.opened_on, time(9))
    yield from _categories()
    yield from _firms(plan, known_at)
    yield from _workforce(plan, known_at)
    yield from _equipment(plan, known_at)
    yield from _stores(plan, known_at)


def _categories() -> Tables:
    ids = category_ids()
    yield (
        Category,
        "id parent_id code name hint skill usual_urgency proof_before proof_after warranty_days position"
        " is_active",
        [
            (ids[one.code], ids.get(one.parent), one.code, one.name, one.hint, one.skill,
             one.usual_urgency.value, one.proof_before.value, one.proof_after.value, one.warranty_days,
             one.position, True)
            for one in standards()
        ],
    )  # fmt: skip # One column a line would say no more.


def _firms(plan: Plan, known_at: datetime) -> Tables:
    manager_id = plan.staff_id(PROPERTY_MANAGER_NO)
    yield (
        Contractor,
        "id name short_name credit_code contact telephone is_active",
        [(one.id, one.name, one.short_name, "", one.contact, f"0100-861000{one.id}", True) for one in FIRMS],
    )
    year = plan.opened_on.year
    yield (
        Contract,
        "id contractor_id number title from_on until_on monthly_fee_fen sheet_code note created_at"
        " created_by",
        [
            (one.id, one.id, f"YZJG-{year}-{one.id:03}", one.title, date(year, 1, 1),
             date(year + 2, 12, 31), one.fee_fen, "", "", known_at, manager_id)
            for one in FIRMS
        ],
    )  # fmt: skip # One column a line would say no more.
    scopes = [(one.id, service.value) for one in FIRMS for service in one.services]
    yield ContractScope, "contract_id service", scopes


def _workforce(plan: Plan, known_at: datetime) -> Tables:
    groups = [(group_id, name, CONTRACTOR_OF[group_id], True) for group_id, name in _GROUPS]
    yield Group, "id name contractor_id is_active", groups
    ids = {one.staff_no: plan.staff_id(one.staff_no) for one in HANDS}
    yield (
        Worker,
        "staff_id group_id is_lead building_id capacity is_active joined_at",
        [(ids[one.staff_no], one.group_id, one.is_lead, one.building_id, 6, True, known_at) for one in HANDS],
    )
    skills = [(ids[one.staff_no], skill) for one in HANDS for skill in one.skills]
    yield WorkerSkill, "staff_id skill", skills
    yield Shift, "id name from_time until_time is_active", [(*one, True) for one in _SHIFTS]
    yield Duty, "staff_id on_date shift_id", list(_duties(plan, ids))


def _duties(plan: Plan, ids: dict[str, int]) -> Iterator[tuple[Any, ...]]:
    """Last week, this and the next: everybody by day on weekdays, one evening and one night man each day."""
    today = clock.local(plan.now).date()
    monday = today - timedelta(days=today.weekday() + 7)
    rotating = [
        one.staff_no for one in HANDS if not one.is_lead and one.group_id in (OWN_GROUP, SERVICE_GROUP)
    ]
    for offset in range(21):
        day = monday + timedelta(days=offset)
        evening, night = rotating[offset % len(rotating)], rotating[(offset + 3) % len(rotating)]
        yield ids[evening], day, EVENING
        yield ids[night], day, NIGHT
        if day.weekday() < 5:
            yield from (
                (ids[one.staff_no], day, DAY) for one in HANDS if one.staff_no not in (evening, night)
            )


def _equipment(plan: Plan, known_at: datetime) -> Tables:
    categories = category_ids()
    kinds = {one.name: number for number, one in enumerate(MACHINES, start=1)}
    yield (
        AssetKind,
        "id name category_id is_active",
        [(kinds[one.name], one.name, categories.get(one.category), True) for one in MACHINES],
    )
    rng = Random(f"{_SEED}: equipment")
    rows: list[tuple[Any, ...]] = []
    counted: dict[str, int] = {}
    for machine, place_kind, place_id, campus_id, building_id in _stands(plan):
        counted[machine.name] = counted.get(machine.name, 0) + 1
        number = counted[machine.name]
        installed_on = date(plan.opened_on.year - rng.randint(0, 5), rng.randint(1, 12), rng.randint(1, 28))
        warranty_until = installed_on.replace(year=installed_on.year + machine.years)
        plate = "".join(rng.choices(ALPHABET, k=16))
        state = AssetState.STOPPED if rng.random() < 0.02 else AssetState.IN_USE
        rows.append(
            (len(rows) + 1, f"{machine.prefix}-{number:03}", f"{number}号{machine.name}", kinds[machine.name],
             rng.choice(machine.models), "", "", state.value, place_kind.value, place_id, campus_id,
             building_id, machine.contractor_id, plate, installed_on, warranty_until, machine.price_fen, "",
             0, known_at)
        )  # fmt: skip # One column a line would say no more.
    yield (
        Asset,
        "id number name kind_id model maker serial_no state place_kind place_id campus_id building_id"
        " contractor_id plate installed_on warranty_until price_fen note revision created_at",
        rows,
    )


def _stands(plan: Plan) -> Iterator[tuple[Machine, PlaceKind, int, int, int]]:
    """Which machine stands at which spot: (machine, kind and id of the place, campus, building)."""
    by_name = {one.name: one for one in MACHINES}
    made = {model.__tablename__: rows for model, _, rows in places.tables(plan.now)}
    campus_of = {building_id: campus_id for building_id, campus_id, _ in made["buildings"]}
    building_of = {floor_id: building_id for floor_id, building_id, *_ in made["floors"]}
    for spot_id, _, campus_id, building_id, floor_id, name in made["spots"]:
        found: tuple[str, ...] = ()
        if name == "配电房":
            found = ("配电柜", "配电柜", "给水泵", "给水泵", "消防泵")
        elif name == "电梯机房":
            found = ("客梯", "空调机组", "配电柜", "火灾报警控制器")
        elif name == "开水间":
            found = ("开水器", "配电柜")
        building = building_id or building_of.get(floor_id, 0)
        campus = campus_id or campus_of[building]
        for kind in found:
            yield by_name[kind], PlaceKind.SPOT, spot_id, campus, building


def _stores(plan: Plan, known_at: datetime) -> Tables:
    """Two stores, stocked by one delivery each."""
    manager = next(one for one in plan.members if one.staff_no == PROPERTY_MANAGER_NO)
    numbered = list(enumerate(_MATERIALS, start=1))
    yield (
        Material,
        "id code name spec unit price_fen is_active",
        [(each, f"WL{each:04}", *one[:4], True) for each, one in numbered],
    )
    yield (
        MaterialPrice,
        "id material_id price_fen set_at set_by set_by_name reason",
        [(each, each, one[3], known_at, manager.staff_id, manager.name, "建账") for each, one in numbered],
    )
    yield Store, "id name campus_id building_id is_active", [(1, "中心院区物料库", 1, 1, True),
                                                            (2, "东院区物料库", 2, 6, True)]  # fmt: skip
    stocked = [
        (store_id, each, one[4] * 100 // store_id, one[3]) for store_id in (1, 2) for each, one in numbered
    ]
    yield (
        Stock,
        "store_id material_id hundredths least_hundredths",
        [(store_id, each, amount, amount // 5) for store_id, each, amount, _ in stocked],
    )
    yield (
        Movement,
        "store_id material_id kind hundredths after_hundredths price_fen at by_id by_name document",
        [
            (store_id, each, MovementKind.DELIVERY.value, amount, amount, price, known_at, manager.staff_id,
             manager.name, "期初建账")
            for store_id, each, amount, price in stocked
        ],
    )  # fmt: skip # One column a line would say no more.


assert {one.staff_no for one in HANDS} == {WORKER_NO, *(one.staff_no for one in WORKERS)}  # noqa: S101 # Data.
