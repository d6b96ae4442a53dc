"""The demo's small services: the catalogue as rows, and what people asked for in the past.

A past request is a demand like any other (`demands` makes the rows of it) with the answers of its form.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from backend import clock
from backend.db import Base
from backend.flows.demo.places import Where
from backend.flows.demo.plan import Plan
from backend.flows.demo.service_desk import (
    CLEANING_OFFICE,
    GATE_OFFICE,
    PROPERTY_OFFICE,
    demand_category_ids,
)
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.concierge import fields, policies
from feedback.concierge.defaults import Standard, standards
from feedback.concierge.models import RequestAnswers, ServiceForm, ServiceItem

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

ITEMS: Final[dict[str, Standard]] = {one.code: one for one in standards()}
# Who provides what. All but questions and lost things go there at once, without the desk.
PROVIDERS: Final = {
    "drinking_water": PROPERTY_OFFICE,
    "moving": PROPERTY_OFFICE,
    "bulb": PROPERTY_OFFICE,
    "cleaning": CLEANING_OFFICE,
    "visitor_parking": GATE_OFFICE,
    "umbrella": GATE_OFFICE,
    "name_cards": PROPERTY_OFFICE,
    "plants": CLEANING_OFFICE,
    "spare_key": GATE_OFFICE,
    "shredding": CLEANING_OFFICE,
}
_DESKS: Final = ("一层大厅服务台", "食堂服务台", "东门岗")
_LAMPS: Final = ("顶灯", "台灯", "筒灯")
_THINGS: Final = ("黑色雨伞一把", "蓝色保温杯", "单位门禁卡", "灰色羊毛围巾", "眼镜一副")
_QUESTIONS: Final = ("食堂周末开放吗？", "访客车辆可以停到什么时候？", "理发室在哪里，怎么预约？")


class Asked(NamedTuple):
    """A past request: of which service, what was answered in its form, what it says as a report."""

    code: str
    answers: dict[str, Any]
    text: str

    @property
    def office_id(self) -> int | None:
        """Who gets it at once; None: the desk."""
        return PROVIDERS.get(self.code)


class _Way(NamedTuple):
    """How often a service is asked for, with which answers, and how it is answered."""

    weight: int
    answers: Callable[[Random, Any, datetime], dict[str, Any]]
    replies: tuple[str, ...]


def _after(at: datetime, days: int) -> str:
    return clock.local(at + timedelta(days=days)).replace(second=0, microsecond=0).isoformat()


_WAYS: Final[dict[str, _Way]] = {
    "drinking_water": _Way(
        9,
        lambda rng, where, at: {"where": where, "barrels": rng.randint(1, 4), "empties": rng.randint(0, 4)},
        ("已送到，空桶已收回。", "已送到并换上。"),
    ),
    "bulb": _Way(
        5,
        lambda rng, where, at: {"where": where, "lamp": rng.choice(_LAMPS), "number": rng.randint(1, 4)},
        ("已更换，照明正常。",),
    ),
    "cleaning": _Way(
        4,
        lambda rng, where, at: {"where": where, "kind": ["地面", "桌面"], "at": _after(at, 1)},
        ("已按时清扫。",),
    ),
    "umbrella": _Way(
        3,
        lambda rng, where, at: {"desk": rng.choice(_DESKS), "number": 1},
        ("雨伞已备好，请凭工作证领取。",),
    ),
    "name_cards": _Way(
        4,
        lambda rng, where, at: {"room": where, "at": _after(at, 2), "names": "参会人员甲\n参会人员乙"},
        ("桌牌已摆放到位。",),
    ),
    "plants": _Way(
        2,
        lambda rng, where, at: {
            "where": where,
            "number": rng.randint(2, 8),
            "on": _after(at, 2)[:10],
        },
        ("绿植已摆放，会后收回。",),
    ),
    "shredding": _Way(
        2,
        lambda rng, where, at: {"where": where, "much": rng.choice(("一箱以内", "两到五箱"))},
        ("已清运。",),
    ),
    "lost_found": _Way(
        2,
        lambda rng, where, at: {"kind": "我丢了东西", "what": rng.choice(_THINGS), "where": where},
        ("已登记并在各服务台查找，暂未找到，找到后会联系您。",),
    ),
    "ask": _Way(
        2,
        lambda rng, where, at: {"question": rng.choice(_QUESTIONS)},
        ("已电话答复，并补充到常见问题。",),
    ),
}


def service_ids() -> dict[str, int]:
    """The identifiers of the services by their codes."""
    return {code: place for place, code in enumerate(ITEMS, 1)}


def draw(rng: Random, where: Where, at: datetime) -> tuple[Asked, str]:
    """What somebody in that room asked for then, and what they were answered."""
    code = rng.choices(list(_WAYS), [way.weight for way in _WAYS.values()])[0]
    item, way = ITEMS[code], _WAYS[code]
    ref = Ref(PlaceKind.ROOM, where.place_id)
    given = way.answers(rng, {"kind": ref.kind.value, "id": ref.id}, at)
    fitted = fields.answer(item.form, given, now=at, places={ref: where.path})
    place = policies.where_of(item.form, fitted.plain)
    text = policies.text_of(item.name, item.form, fitted, but=place[0] if place else None)
    return Asked(code, fitted.plain, text), rng.choice(way.replies)


def tables(plan: Plan) -> Tables:
    """The services with their forms."""
    ids, categories = service_ids(), demand_category_ids()
    made_at = plan.now - timedelta(days=120)
    columns = (
        "id code name icon intro category_id words office_id is_direct needs_photo hours open_limit revision"
        " position is_active"
    )
    rows = [
        (ids[one.code], one.code, one.name, one.icon, one.intro, categories[one.category],
         policies.tidy(one.words), PROVIDERS.get(one.code), one.code in PROVIDERS, False, one.hours,
         one.open_limit, 1, one.position, True)
        for one in ITEMS.values()
    ]  # fmt: skip # A row in three lines.
    yield ServiceItem, columns, rows
    forms = [(ids[one.code], 1, fields.dump(one.form), made_at, 0) for one in ITEMS.values()]
    yield ServiceForm, "item_id revision fields made_at made_by", forms


def answers(asked: Iterable[tuple[int, Asked]]) -> tuple[type[Base], str, Sequence[tuple[Any, ...]]]:
    """What was answered in the forms of these requests, by the identifiers of their reports."""
    ids = service_ids()
    rows = [(report_id, ids[one.code], 1, one.answers) for report_id, one in asked]
    return RequestAnswers, "report_id item_id revision answers", rows
