"""The audit trail: who did what, and the proof that nothing was changed since it was sealed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.audit import queries, services
from backend.audit.action_titles import ACTION_TITLES
from backend.audit.models import Result
from backend.audit.policies import FAULT_NAMES, Fault
from backend.audit.queries import EventView
from backend.audit.titles import MODULE_TITLES, OBJECT_TITLES, RESULT_TITLES
from backend.documents import sheets
from backend.documents.sheets import Column, Kind
from backend.identity import queries as identity_queries
from backend.identity.roles import queries as role_queries
from backend.wire import Bool, Choice, Date, Int, PageQuery, Str
from console.audit_words import facts_of, in_line, object_of
from console.pages import page, pages, render

blueprint = pages("console_audit", __name__)

RESULT_TONES = {Result.DONE: "green", Result.REFUSED: "red"}
_PAST = timedelta(days=30)
_LATELY = timedelta(days=7)


class EventsQuery(PageQuery):
    """Which events: of the last month, unless a day is named."""

    who = Str(max_length=50, load_default="")
    actor_id = Int(minimum=0)
    action = Str(max_length=60, load_default="")
    object_kind = Str(max_length=40, load_default="")
    object_id = Str(max_length=64, load_default="")
    result = Choice(Result)
    from_date = Date()
    until_date = Date()
    q = Str(max_length=50, load_default="")
    format = Str(max_length=4)


class ChainQuery(PageQuery):
    """Which days to prove, and whether to."""

    from_date = Date()
    until_date = Date()
    verify = Bool(load_default=False)


@page(blueprint, "/audit", permission=Permission.AUDIT_READ, query=EventsQuery)
def events(actor: Actor, query: dict[str, Any]) -> str | File:
    """Who did what to which object, when, and whether it was allowed."""
    from_on = query.get("from_date") or clock.today() - _PAST
    wanted: dict[str, Any] = {
        "actor_id": query.get("actor_id"),
        "actor_name": query["who"],
        "action": query["action"],
        "object_kind": query["object_kind"],
        "object_id": query["object_id"],
        "result": query.get("result"),
        "from_on": from_on,
        "until_on": query.get("until_date"),
        "q": query["q"],
    }
    if query.get("format") == "xlsx":
        return _sheet(actor, services.export_events(actor, **wanted).rows, from_on)
    found = queries.page_events(actor, **wanted, page=query["page"], page_size=query["page_size"])
    staff, roles = _staff_of(found.rows), _roles(actor)
    return render(
        "audit/events.html",
        found=found,
        rows=[
            (event, _second(event), object_of(event, staff), facts_of(event, roles)) for event in found.rows
        ],
        query=query,
        from_on=from_on,
        actions=_actions(),
        objects=OBJECT_TITLES,
        results=RESULT_TITLES,
        tones=RESULT_TONES,
        most_exported=services.MOST_EXPORTED,
    )


@page(blueprint, "/audit/chain", permission=Permission.AUDIT_READ, query=ChainQuery)
def chain(actor: Actor, query: dict[str, Any]) -> str:
    """The seals, and on demand the proof of them."""
    from_on, until_on = query.get("from_date"), query.get("until_date")
    seals = queries.page_seals(actor, page=query["page"], page_size=query["page_size"])
    return render(
        "audit/chain.html",
        seals=seals,
        last_sealed_at=_last_sealed_at(actor, seals),
        proof=queries.verify(actor, from_on=from_on, until_on=until_on) if query["verify"] else None,
        # The form begins with the last days; asked for without a day, everything is proved.
        from_on=from_on if query["verify"] else clock.today() - _LATELY,
        until_on=until_on,
        fault_names=FAULT_NAMES,
        Fault=Fault,
    )


def _last_sealed_at(actor: Actor, seals: Any) -> Any:
    newest = seals if seals.page == 1 else queries.page_seals(actor, page=1, page_size=1)
    return newest.rows[0].sealed_at if newest.rows else None


def _actions() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(prefix, module, its actions), to choose from."""
    by_module: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for action, title in ACTION_TITLES.items():
        by_module[action.partition(".")[0]].append((action, title))
    return [(f"{module}.", MODULE_TITLES[module], of_it) for module, of_it in by_module.items()]


def _second(event: EventView) -> str:
    return clock.local(event.happened_at).strftime("%Y-%m-%d %H:%M:%S")


def _staff_of(rows: Sequence[EventView]) -> dict[int, str]:
    """The names of those to whom something was done."""
    wanted = {int(row.object_id) for row in rows if row.object_kind == "staff" and row.object_id.isdecimal()}
    return identity_queries.names_of(wanted)


def _roles(actor: Actor) -> dict[str, str]:
    """The titles of roles by code, as far as the actor may read them."""
    if not actor.reach(Permission.IDENTITY_READ).everywhere:
        return {}
    return {role.code: role.name for role in role_queries.list_roles(actor)}


def _sheet(actor: Actor, rows: Sequence[EventView], from_on: date) -> File:
    columns = (
        Column("编号", Kind.INT),
        Column("时间", width=20),
        Column("操作人", width=12),
        Column("操作", width=22),
        Column("结果", width=8),
        Column("对象", width=24),
        Column("详情", width=60),
        Column("请求编号", width=34),
        Column("已封存", width=8),
    )
    staff, roles = _staff_of(rows), _roles(actor)
    cells = (
        (
            event.id,
            _second(event),
            event.actor_name,
            event.title,
            RESULT_TITLES.get(event.result, event.result),
            object_of(event, staff),
            in_line(facts_of(event, roles)),
            event.request_id,
            "是" if event.is_sealed else "否",
        )
        for event in rows
    )
    title = f"审计日志{from_on}起"
    return File(sheets.workbook(title, columns, cells), f"{title}.xlsx", sheets.MEDIA_TYPE)
