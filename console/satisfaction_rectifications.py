"""满意度整改: what providers have to mend because of low ratings, for reviewers and for its owners."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.dates import months_after
from backend.flows.satisfaction_providers import SOURCES
from backend.ratings.policies import FEWEST, find_service
from backend.wire import Bool, Choice, Int, Month, PageQuery, Query, Str
from console.pages import page, pages, render
from console.satisfaction import share
from feedback.offices import queries as offices
from feedback.satisfaction.rectifications import policies, queries
from feedback.satisfaction.rectifications.models import State
from feedback.satisfaction.rectifications.policies import STATE_NAMES

blueprint = pages("console_satisfaction_rectifications", __name__)

MANAGE: Final = Permission.REVIEWS_MANAGE
_PATH: Final = "/satisfaction/rectifications"
TONES: Final = {
    State.OPEN: "blue",
    State.IN_HAND: "blue",
    State.SUBMITTED: "yellow",
    State.RETURNED: "red",
    State.CLOSED: "green",
}


class RectificationsPage(PageQuery):
    """Which rectifications."""

    state = Choice(State)
    is_overdue = Bool(load_default=False)


class OwnPage(PageQuery):
    """Which page of one's own."""


class NewPage(Query):
    """For which provider, because of which month, if that is known already."""

    service = Str(max_length=40)
    kind = Str(max_length=20)
    provider_id = Int(minimum=0)
    month = Month()


@page(blueprint, _PATH, permission=MANAGE, query=RectificationsPage)
def rectifications(actor: Actor, query: dict[str, Any]) -> str:
    """All of them, what is due first at the head."""
    found = queries.page_all(actor, **query)
    return render("satisfaction/rectifications.html", found=found, query=query, is_own=False, **_words())


@page(blueprint, f"{_PATH}/mine", permission=Permission.SELF, query=OwnPage)
def own_rectifications(actor: Actor, query: dict[str, Any]) -> str:
    """One's own, and those of one's offices."""
    found = queries.page_mine(actor, **query)
    return render("satisfaction/rectifications.html", found=found, query=query, is_own=True, **_words())


@page(blueprint, f"{_PATH}/new", permission=MANAGE, query=NewPage, is_compound_wide=True)
def new_rectification(actor: Actor, query: dict[str, Any]) -> str:
    """The form that orders one."""
    today = clock.today()
    return render(
        "satisfaction/rectification_new.html",
        providers=[
            (f"{each.service} {each.kind} {each.id}", f"{find_service(each.service).title}：{each.name}")
            for source in SOURCES
            for each in source.providers()
        ],
        provider=" ".join(str(query.get(name, "")) for name in ("service", "kind", "provider_id")),
        month=query.get("month") or months_after(today.replace(day=1), -1),
        offices=_offices(),
        today=today,
    )


@page(blueprint, f"{_PATH}/<id:rectification_id>", permission=Permission.SELF)
def rectification(actor: Actor, rectification_id: int) -> str:
    """One, with the ratings before and after side by side."""
    view = queries.get(actor, rectification_id)
    return render(
        "satisfaction/rectification.html",
        view=view,
        of=view.of,
        can=[step.value for step in view.can],
        manages=actor.reach(MANAGE).everywhere,
        offices=_offices() if "assign" in view.can else [],
        most_photos=policies.MOST_PHOTOS,
        **_words(),
    )


def _offices() -> list[tuple[int, str]]:
    return [(each.id, each.name) for each in offices.list_all() if each.is_active]


def _words() -> dict[str, Any]:
    return {
        "share": share,
        "state_names": STATE_NAMES,
        "tones": TONES,
        "fewest": FEWEST,
        "today": clock.today(),
        "State": State,
    }
