"""请假、出差 and 培训: the list, the decisions, and what was approved elsewhere."""

from typing import Any

from backend import clock
from backend.actor import Actor, Permission
from backend.answers import File
from backend.counting import number
from backend.documents.sheets import MEDIA_TYPE
from backend.flows import absences as flow
from backend.identity import queries as identity_queries
from backend.identity.absences import policies, queries, sheets
from backend.identity.absences.models import LONGEST_REASON, AbsenceState
from backend.identity.absences.schemas import AbsencesQuery
from backend.identity.departments import DepartmentTree
from canteen.ordering.policies import meal_name
from console.pages import page, pages, render

blueprint = pages("console_absences", __name__)

STATE_TONES = {
    AbsenceState.PENDING: "yellow",
    AbsenceState.APPROVED: "green",
    AbsenceState.REJECTED: "red",
    AbsenceState.WITHDRAWN: "gray",
    AbsenceState.REVOKED: "gray",
}


@page(blueprint, "/absences", permission=Permission.ABSENCES_MANAGE, query=AbsencesQuery)
def show_list(actor: Actor, query: dict[str, Any]) -> str:
    """Everybody's absences, what is pending first."""
    return render(
        "absences/list.html",
        found=queries.page_all(actor, **query),
        pending=number(queries.pending(actor)),
        query=query,
        is_filtered=any(query.get(name) for name in ("state", "kind", "department_id", "q"))
        or any(query.get(name) for name in ("from_on", "until_on")),
        departments=_departments(identity_queries.department_tree()),
        now=clock.now(),
        **_words(),
    )


@page(blueprint, "/absences/new", permission=Permission.ABSENCES_MANAGE, is_compound_wide=True)
def new(actor: Actor) -> str:
    """The form for what was approved elsewhere."""
    return render("absences/new.html", today=clock.today(), longest=LONGEST_REASON, **_words())


@page(blueprint, "/absences/import", permission=Permission.ABSENCES_MANAGE, is_compound_wide=True)
def choose_sheet(actor: Actor) -> str:
    """The form for a sheet of them."""
    return render("absences/import.html", columns=sheets.COLUMNS, most=sheets.MAX_ROWS)


@page(blueprint, "/absences/import/template", permission=Permission.ABSENCES_MANAGE, is_compound_wide=True)
def template(actor: Actor) -> File:
    """A sheet to fill in, with examples."""
    return File(sheets.template_workbook(), "请假出差导入模板.xlsx", MEDIA_TYPE)


@page(blueprint, "/absences/<id:absence_id>/approve", permission=Permission.ABSENCES_MANAGE)
def approve(actor: Actor, absence_id: int) -> str:
    """What an approval would do, and its form."""
    decision = flow.preview(actor, absence_id=absence_id)
    return render(
        "absences/approve.html",
        absence=decision.absence,
        cancelled=decision.cancelled,
        kept=decision.kept,
        refunded_fen=sum(each.total_fen for each in decision.cancelled),
        longest=LONGEST_REASON,
        meal_name=meal_name,
        **_words(),
    )


@page(blueprint, "/absences/<id:absence_id>/reject", permission=Permission.ABSENCES_MANAGE)
def reject(actor: Actor, absence_id: int) -> str:
    """The form of a refusal."""
    return _refusal(actor, absence_id, "reject")


@page(blueprint, "/absences/<id:absence_id>/revoke", permission=Permission.ABSENCES_MANAGE)
def revoke(actor: Actor, absence_id: int) -> str:
    """The form that takes an approval back."""
    return _refusal(actor, absence_id, "revoke")


def _refusal(actor: Actor, absence_id: int, step: str) -> str:
    return render(
        "absences/refuse.html",
        absence=queries.get_managed(actor, absence_id),
        step=step,
        longest=LONGEST_REASON,
        **_words(),
    )


def _departments(tree: DepartmentTree, below: int | None = None) -> list[tuple[int, str]]:
    """Every department by identifier and path, in the tree's order."""
    found: list[tuple[int, str]] = []
    for node in tree.children(below):
        found += [(node.id, tree.path(node.id)), *_departments(tree, node.id)]
    return found


def _words() -> dict[str, Any]:
    return {
        "kinds": policies.KIND_NAMES,
        "states": policies.STATE_NAMES,
        "sources": policies.SOURCE_NAMES,
        "tones": STATE_TONES,
        "State": AbsenceState,
    }
