"""The units that the demo's bureau evaluates beside its own canteens, and what they report every month."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from backend import clock
from backend.dates import months_before
from backend.db import Base
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.organisation import CITY
from backend.flows.demo.scales import PLATFORM
from backend.flows.demo_accounts import REPORTING_UNIT_ID
from canteen.evaluation.units.models import Level, Operation, Serving, Unit
from canteen.evaluation.units.policies import Figures

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

REPORTED_MONTHS: Final = 12
_SEED: Final = "houqin demo 2026: units"
_SLOPPY: Final = "YZ-201"
_OWN_DINERS: Final = {1: 260, 2: 190, 3: 90}


class Outer(NamedTuple):
    """A unit whose canteen is not ours. `care` (0 to 1) is how well it does, `plate_g` what diners
    leave."""

    id: int
    code: str
    name: str
    level: Level
    operation: Operation
    serving: Serving
    diners: int
    contact: str
    care: float
    plate_g: int

    @property
    def region(self) -> str:
        """The city or the county, which its name begins with."""
        return self.name[: len(CITY)]


_OWN, _BY_OTHERS, _ORDERED = Operation.OWN, Operation.CONTRACTED, Operation.ORDERED
# There are no such places and people.
_OUTER: Final = (
    ("YZ-001", f"{CITY}档案馆", Level.CITY, _OWN, Serving.COUNTER, 85, "许静怡", 0.86, 46),
    ("YZ-002", f"{CITY}公安局", Level.CITY, _OWN, Serving.BUFFET, 620, "谭志坚", 0.90, 52),
    ("YZ-003", f"{CITY}中级人民法院", Level.CITY, _BY_OTHERS, Serving.BUFFET, 310, "邹若兰", 0.88, 58),
    ("YZ-004", f"{CITY}人民检察院", Level.CITY, _BY_OTHERS, Serving.COUNTER, 240, "陶景明", 0.84, 61),
    ("YZ-005", f"{CITY}教育局", Level.CITY, _ORDERED, Serving.SET_MEAL, 130, "孟书雅", 0.80, 73),
    ("YZ-006", f"{CITY}卫生健康委员会", Level.CITY, _OWN, Serving.BUFFET, 180, "侯思源", 0.94, 38),
    ("YZ-007", f"{CITY}交通运输局", Level.CITY, _BY_OTHERS, Serving.MIXED, 205, "史建业", 0.78, 66),
    ("YZ-008", f"{CITY}税务局", Level.CITY, _OWN, Serving.BY_WEIGHT, 330, "龚雪梅", 0.96, 29),
    ("YZ-009", f"{CITY}委党校", Level.CITY, _OWN, Serving.BUFFET, 260, "常青山", 0.83, 70),
    ("YZ-010", f"{CITY}政务服务中心", Level.CITY, _BY_OTHERS, Serving.COUNTER, 290, "白晓鸥", 0.87, 55),
    ("YZ-101", "澄溪区机关事务服务中心", Level.COUNTY, _OWN, Serving.BUFFET, 410, "康立新", 0.91, 49),
    ("YZ-102", "望岫县机关事务管理中心", Level.COUNTY, _OWN, Serving.COUNTER, 350, "严冬梅", 0.82, 63),
    ("YZ-103", "鹿鸣县机关事务服务中心", Level.COUNTY, _BY_OTHERS, Serving.BUFFET, 385, "武振华", 0.89, 51),
    ("YZ-104", "雁回县机关事务管理局", Level.COUNTY, _OWN, Serving.MIXED, 300, "段秋实", 0.76, 79),
    ("YZ-201", "澄溪区政务服务中心", Level.COUNTY, _ORDERED, Serving.SET_MEAL, 75, "钱小满", 0.72, 81),
    ("YZ-301", "望岫县青石镇人民政府", Level.TOWNSHIP, _OWN, Serving.COUNTER, 62, "汤大勇", 0.66, 88),
    ("YZ-302", "鹿鸣县东浦乡人民政府", Level.TOWNSHIP, _OWN, Serving.SET_MEAL, 48, "黎春生", 0.30, 117),
    ("YZ-303", "雁回县溪口镇人民政府", Level.TOWNSHIP, _ORDERED, Serving.SET_MEAL, 40, "万小河", 0.74, 84),
)  # fmt: skip
OUTER: Final = tuple(Outer(len(KITCHENS) + place, *one) for place, one in enumerate(_OUTER, start=1))
BY_CODE: Final = {one.code: one for one in OUTER}
# Who does what of note: the one that reports by its own platform, those that report too late or not at all.
BY_PLATFORM: Final = BY_CODE["YZ-103"]
LATE: Final = BY_CODE["YZ-104"]
MISSING: Final = BY_CODE["YZ-303"]
FAILING: Final = BY_CODE["YZ-302"]
FAILED_BEFORE: Final = BY_CODE["YZ-301"]
# That of the account that visitors may take: its id is part of the account.
VISITORS: Final = next(one for one in OUTER if one.id == REPORTING_UNIT_ID)


def tables(now: datetime, encrypt: Callable[[str], bytes]) -> Tables:
    """The units: our own canteens, then the others."""
    known_at = clock.at_local(date(clock.local(now).year - 1, 1, 4), time(9))
    ours = [
        (kitchen.id, f"canteen-{kitchen.id}", kitchen.name, Level.CITY.value, CITY, _OWN.value,
         Serving.MIXED.value, 1, _OWN_DINERS[kitchen.id], "", None, kitchen.id, None, True, known_at,
         known_at)
        for kitchen in KITCHENS
    ]  # fmt: skip # One column a line would say no more.
    others = [
        (one.id, one.code, one.name, one.level.value, one.region, one.operation.value, one.serving.value,
         1, one.diners, one.contact, encrypt(f"1540001{one.id:04}"), None,
         PLATFORM.id if one is BY_PLATFORM else None, True, known_at, known_at)
        for one in OUTER
    ]  # fmt: skip # One column a line would say no more.
    yield (
        Unit,
        "id code name level region operation serving canteens diners contact phone_cipher canteen_id"
        " device_id is_active created_at changed_at",
        ours + others,
    )


def figures_of(one: Outer, month: date) -> Figures:
    """What a unit reports of a month; the same on whatever day it is made."""
    rng = Random(f"{_SEED}: {one.code} {month}")
    days = rng.randint(19, 22)
    meals = days * (2 if one.serving is not Serving.SET_MEAL else 1)
    measured = min(meals, round(meals * rng.gauss(0.55 + 0.45 * one.care, 0.03)))
    diners = round(one.diners * days * rng.gauss(1.25 if meals > days else 0.9, 0.04))
    # Most get better over the years.
    age = (month.year - 2025) + month.month / 12
    plate = one.plate_g * (1.06 - 0.11 * age * one.care) * rng.gauss(1, 0.03)
    # Now and then somebody writes down what asks for a look.
    plate *= 2.3 if one.code == _SLOPPY and month.month % 5 == 0 else 1
    share = measured / meals
    handed_g = round(diners * share * 640)

    def grams(per_diner: float) -> int:
        return round(diners * share * per_diner * rng.gauss(1, 0.05)) // 100 * 100

    return Figures(
        diners=diners,
        meals_served=meals,
        meals_measured=measured,
        prepared_g=round(handed_g * (1.13 - 0.08 * one.care)) // 100 * 100,
        storage_g=grams(3.0),
        preparation_g=grams(41.0),
        unserved_g=grams(95 - 75 * one.care),
        plate_g=grams(plate),
        reused_g=grams(6.0) if one.care > 0.8 else None,
        purchased_g=round(diners * 780 * rng.gauss(1, 0.02)) // 1000 * 1000,
        purchase_fen=round(diners * rng.gauss(1_380, 40)) // 1000 * 1000,
        cost_fen=round(diners * share * (plate + 30) * 1.5) // 100 * 100,
    )


def reported_at(one: Outer, month: date) -> datetime:
    """When a unit says it: by the tenth of the next month."""
    rng = Random(f"{_SEED}: {one.code} {month} sent")
    day = months_before(month, -1) + timedelta(days=rng.randint(1, 8))
    return clock.at_local(day, time(rng.randint(9, 16), rng.randint(0, 59)))
