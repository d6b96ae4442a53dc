"""通告栏: the notices of an editor, whom they reach, how many have read them, and where departments sit."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.errors import NotFound
from backend.wire import Choice, PageQuery, Str
from console.pages import page, pages, render
from feedback.notices import audiences, policies, views
from feedback.notices.errors import NoticeStateWrong
from feedback.notices.models import AudienceKind, NoticeKind, NoticeState
from feedback.notices.policies import KIND_NAMES, STATE_NAMES

blueprint = pages("console_notices", __name__)

MANAGE: Final = Permission.NOTICES_MANAGE
_PATH: Final = "/notices"
_ONE: Final = f"{_PATH}/<id:notice_id>"
TONES: Final = {
    NoticeState.DRAFT: "gray",
    NoticeState.SCHEDULED: "blue",
    NoticeState.PUBLISHED: "green",
    NoticeState.WITHDRAWN: "red",
}
KIND_TONES: Final = {
    NoticeKind.NOTICE: "blue",
    NoticeKind.PUBLIC: "green",
    NoticeKind.MAINTENANCE: "yellow",
    NoticeKind.ACTIVITY: "gray",
}
TARGET_NAMES: Final = {
    AudienceKind.EVERYBODY: "全体",
    AudienceKind.DEPARTMENT: "部门",
    AudienceKind.CAMPUS: "院区",
    AudienceKind.ROLE: "角色",
}


class NoticesPage(PageQuery):
    """Which notices."""

    state = Choice(NoticeState)
    kind = Choice(NoticeKind)
    q = Str(max_length=50, load_default="")


@page(blueprint, _PATH, permission=MANAGE, query=NoticesPage)
def notices(actor: Actor, query: dict[str, Any]) -> str:
    """The notices within reach, the newest first."""
    return render(
        "notices/list.html",
        found=views.page_managed(actor, **query),
        query=query,
        is_everywhere=actor.reach(MANAGE).everywhere,
        **_words(),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE)
def new_notice(actor: Actor) -> str:
    """The form of a new one."""
    return _form(actor, None)


@page(blueprint, f"{_PATH}/seats", permission=MANAGE)
def seats(actor: Actor) -> str:
    """On which campuses each department sits."""
    return render(
        "notices/seats.html",
        rows=audiences.seats(),
        campuses={each["id"]: each["name"] for each in audiences.choices(actor)["campuses"]},
        is_everywhere=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/seats/<id:department_id>", permission=MANAGE, is_compound_wide=True)
def seat(actor: Actor, department_id: int) -> str:
    """The form that says where one department sits."""
    row = next((each for each in audiences.seats() if each["department_id"] == department_id), None)
    if row is None:
        raise NotFound
    campuses = audiences.choices(actor)["campuses"]
    return render(
        "notices/seat.html", row=row, campuses=[(str(each["id"]), each["name"]) for each in campuses]
    )


@page(blueprint, _ONE, permission=MANAGE)
def notice(actor: Actor, notice_id: int) -> str:
    """One notice: as it reads, whom it reaches, who has read it, and what may be done with it."""
    return render(
        "notices/notice.html",
        notice=_told(views.get_managed(actor, notice_id)),
        earliest=field_of(clock.now()),
        field_of=field_of,
        fewest=policies.SMALLEST_GROUP,
        **_words(),
    )


@page(blueprint, f"{_ONE}/edit", permission=MANAGE)
def edit_notice(actor: Actor, notice_id: int) -> str:
    """The form that says one anew."""
    return _form(actor, views.get_managed(actor, notice_id))


def field_of(at: datetime | None) -> str:
    """An instant as its field takes it: `2026-11-23T09:00`."""
    return f"{clock.local(at):%Y-%m-%dT%H:%M}" if at is not None else ""


def _form(actor: Actor, standing: views.ManagedNotice | None) -> str:
    if standing is not None and not standing.can["edit"]:
        raise NoticeStateWrong(state=standing.state, state_name=standing.state_name, doing="修改")
    return render(
        "notices/form.html",
        notice=standing,
        choices=audiences.choices(actor),
        chosen={(each.kind, each.target_id) for each in standing.audience} if standing else set(),
        most_photos=policies.MOST_PHOTOS,
        most_attachments=policies.MOST_ATTACHMENTS,
        field_of=field_of,
        **_words(),
    )


def _told(standing: views.ManagedNotice) -> views.ManagedNotice:
    """With instants of the history as people write them."""
    times = {policies.FIELD_NAMES["expires_at"], policies.FIELD_NAMES["pinned_until"]}
    history = [
        {
            **event,
            "changes": [
                {**each, "before": _minute(each["before"]), "after": _minute(each["after"])}
                if each["field"] in times
                else each
                for each in event["changes"]
            ],
        }
        for event in standing.history
    ]
    return replace(standing, history=history)


def _minute(text: str) -> str:
    return text[:16].replace("T", " ")


def _words() -> dict[str, Any]:
    return {
        "kind_names": KIND_NAMES,
        "kind_tones": KIND_TONES,
        "state_names": STATE_NAMES,
        "tones": TONES,
        "target_names": TARGET_NAMES,
        "State": NoticeState,
    }
