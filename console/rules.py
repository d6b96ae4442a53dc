"""Business rules: what holds, what is planned, who decided it and why; and the dialogs in which they change.

The list is for whoever manages rules. The dialogs are for whoever may see the rule in question: a canteen's
manager comes to them from the page of meal periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.rules import queries
from backend.rules.errors import RuleNotFound
from backend.rules.kinds import Json
from backend.rules.policies import REASON_LENGTH, VersionState
from backend.rules.queries import RuleView, VersionView
from backend.rules.registry import WHOLE_COMPOUND
from backend.rules.schemas import RuleAddress
from backend.wire import Id
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_rules", __name__)

STATE_TONES: Final = {
    VersionState.PLANNED: "blue",
    VersionState.IN_FORCE: "green",
    VersionState.PAST: "gray",
    VersionState.REPLACED: "gray",
}
UNSET: Final = "未设置"
# Rules whose kind has a page of its own.
PAGES: Final = {"canteen.meal_period": "/console/canteen/periods"}


class VersionQuery(RuleAddress):
    """One decision about a rule."""

    version_id = Id(required=True)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a decision changes; `title` is empty where the value is one thing."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it changed."""

    version: VersionView
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rule stands, with those of its planned decisions that change something."""

    view: RuleView
    planned: Sequence[VersionView]

    @property
    def next_at(self) -> datetime | None:
        """When the next change takes effect."""
        return self.planned[0].effective_at if self.planned else None

    @property
    def page(self) -> str:
        """The page of its own, if it has one."""
        return PAGES.get(self.view.rule.key, "")

    @property
    def address(self) -> str:
        """The query that names this value of the rule."""
        return f"scope_id={self.view.place.id}&variant={self.view.variant}"


@dataclass(frozen=True, slots=True)
class Group:
    """Rules under one heading."""

    title: str
    rules: Sequence[Standing]


@page(blueprint, "/rules", permission=Permission.RULES_MANAGE)
def show(actor: Actor) -> str:
    """The rules of the whole compound, and those of the chosen canteen."""
    canteen = scope.of(actor).canteen
    return render(
        "rules/list.html",
        whole=grouped(queries.overview(actor, scope_id=WHOLE_COMPOUND.id)),
        of_canteen=grouped(queries.overview(actor, scope_id=canteen.id)) if canteen else [],
        canteen=canteen,
    )


@page(blueprint, "/rules/<key>/change", permission=Permission.SELF, query=RuleAddress)
def change(actor: Actor, key: str, query: dict[str, Any]) -> str:
    """The dialog in which a rule is decided."""
    view = queries.get_view(actor, key, **query)
    if not view.is_editable or not view.kind.control:
        raise RuleNotFound(key=key)
    return render("rules/change.html", standing=standing(view), **form_context())


@page(blueprint, "/rules/<key>/history", permission=Permission.SELF, query=RuleAddress)
def history(actor: Actor, key: str, query: dict[str, Any]) -> str:
    """Every decision about a rule, the latest first."""
    return history_page(queries.get_view(actor, key, **query))


@page(blueprint, "/rules/<key>/withdraw", permission=Permission.SELF, query=VersionQuery)
def withdraw(actor: Actor, key: str, query: dict[str, Any]) -> str:
    """The dialog in which a planned change is withdrawn: what held before holds on."""
    version_id = query.pop("version_id")
    view = queries.get_view(actor, key, **query)
    if version_id not in _withdrawable(view):
        raise RuleNotFound(key=key)
    version = next(one for one in view.planned if one.id == version_id)
    value = _restored(view, version)
    return render(
        "rules/withdraw.html",
        standing=standing(view),
        version=version,
        value=value,
        text=view.kind.text(view.kind.load(value)),
        **form_context(),
    )


def grouped(views: Sequence[RuleView]) -> list[Group]:
    """The rules under their headings."""
    return [
        Group(title, [standing(view) for view in of_group])
        for title, of_group in groupby(views, key=lambda view: view.rule.group)
    ]


def standing(view: RuleView) -> Standing:
    """A rule with what is to come; a decision that only withdraws another one changes nothing."""
    changing = [one for one in view.planned if _before(view, one) != one.value]
    return Standing(view, changing)


def history_page(view: RuleView) -> str:
    """The dialog of a rule's history."""
    return render(
        "rules/history.html",
        standing=standing(view),
        decided=[Decided(version, _differences(view, version)) for version in view.versions],
        tones=STATE_TONES,
        withdrawable=_withdrawable(view),
    )


def form_context() -> dict[str, Any]:
    """What the forms of a decision need."""
    return {"reason_length": REASON_LENGTH, "earliest": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")}


def _withdrawable(view: RuleView) -> set[int]:
    """The planned decisions that the actor may withdraw."""
    planned = standing(view).planned if view.is_editable else ()
    return {one.id for one in planned if _restored(view, one) != one.value}


def _before(view: RuleView, version: VersionView) -> Json:
    """What would hold without a planned decision: the one planned before it, or what holds now."""
    earlier = [one for one in view.planned if one.effective_at < version.effective_at]
    return earlier[-1].value if earlier else view.value


def _restored(view: RuleView, version: VersionView) -> Json:
    """The value that withdraws a planned decision."""
    before = _before(view, version)
    # Before its first version a meal period has no value, which is none to decide: it is not served then.
    return {**version.value, "is_active": False} if before is None else before


def _differences(view: RuleView, version: VersionView) -> list[Difference]:
    """What a decision changed, against the decisions that there were when it was made."""
    kind = view.rule.kind
    known = [one for one in view.versions if one.id < version.id and one.effective_at <= version.effective_at]
    last = max(known, key=lambda one: (one.effective_at, one.id), default=None)
    before = kind.parts(view.rule.default if last is None else kind.load(last.value))
    after = kind.parts(kind.load(version.value))
    return [
        Difference(title, before.get(title, UNSET), text)
        for title, text in after.items()
        if before.get(title) != text
    ]
