"""服务商与合同: the register, one firm with its contracts and months, and the forms of contracts."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.places import queries as places
from backend.places.models import PlaceKind
from backend.rules import queries as rules
from backend.scoresheets import queries as score_queries
from backend.scoresheets.models import Purpose
from backend.scoresheets.policies import points
from backend.wire import Bool, PageQuery, Str
from console.pages import page, pages, render
from property.assessments.months import queries as months
from property.categories import queries as categories
from property.contractors import policies, queries
from property.contractors.policies import Band
from property.contractors.queries import ContractView
from property.contractors.rules import REMINDER_DAYS
from property.contractors.titles import SERVICE_NAMES

blueprint = pages("console_contractors", __name__)

READ: Final = Permission.CONTRACTORS_READ
MANAGE: Final = Permission.CONTRACTORS_MANAGE
_PATH: Final = "/contractors"
_CONTRACT: Final = f"{_PATH}/contracts/<id:contract_id>"
_CONTRACTS_SHOWN: Final = 50
_CONTRACTS_OFFERED: Final = 200
_MONTHS_SHOWN: Final = 12
# What a contract covers is a campus or a building; finer places only come from elsewhere.
_COVERED: Final = (PlaceKind.CAMPUS, PlaceKind.BUILDING)


class ContractorsPage(PageQuery):
    """Which contractors."""

    text = Str(load_default="", max_length=50)
    is_active = Bool(load_default=None, allow_none=True)


class ContractsPage(PageQuery):
    """Which contracts: those in force, those that end soon, or all."""

    show = Str(load_default="", max_length=10)


def band_words(bands: Sequence[Band]) -> list[tuple[str, str]]:
    """A payment table in words: from how many points on, and what is paid then."""
    return [(f"{points(band.from_tenths)} 分起", _paid(band)) for band in bands]


def _paid(band: Band) -> str:
    if band.percent_tenths is not None:
        return f"付 {points(band.percent_tenths)}%"
    return f"付得分加 {points(band.plus_tenths or 0)} 个百分点"


def contractor_choices(actor: Actor) -> list[tuple[int, str]]:
    """The contractors that the actor may know of, to filter by."""
    return [
        (each.id, each.short_name) for each in queries.all_contractors() if policies.may_read(actor, each.id)
    ]


def firm_choices() -> list[tuple[int, str]]:
    """All contractors, for whoever filters what they work on."""
    return [(each.id, each.short_name) for each in queries.all_contractors()]


def contract_choices(actor: Actor, *, is_in_force: bool | None = None) -> list[tuple[int, str]]:
    """The contracts that the actor may know of, to choose from."""
    found = queries.page_contracts(actor, is_in_force=is_in_force, page=1, page_size=_CONTRACTS_OFFERED).rows
    return [(each.id, f"{each.contractor_name} · {each.title}（{each.number}）") for each in found]


def sheet_choices() -> list[tuple[str, str]]:
    """The sheets in force today, by code."""
    return [
        (each.sheet.code, each.title)
        for each in score_queries.versions_in_force(clock.today(), Purpose.CONTRACTOR)
    ]


@page(blueprint, _PATH, permission=READ, query=ContractorsPage)
def contractors(actor: Actor, query: dict[str, Any]) -> str:
    """The register, with the contracts that end soon."""
    soon = _soon()
    return render(
        "contractors/list.html",
        found=queries.page_contractors(actor, **query),
        query=query,
        ending=queries.page_contracts(actor, ends_within_days=soon, page=1, page_size=_CONTRACTS_SHOWN),
        days=soon,
        may_manage=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/contracts", permission=READ, query=ContractsPage)
def contracts(actor: Actor, query: dict[str, Any]) -> str:
    """All contracts, what ends first at the head."""
    soon = _soon()
    shows: dict[str, dict[str, Any]] = {
        "in_force": {"is_in_force": True},
        "ending": {"ends_within_days": soon},
        "over": {"is_in_force": False},
    }
    show = query.pop("show")
    return render(
        "contractors/contracts.html",
        found=queries.page_contracts(actor, **shows.get(show, {}), **query),
        show=show,
        days=soon,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, is_compound_wide=True)
def new_contractor(actor: Actor) -> str:
    """The form of a new firm."""
    return render("contractors/form.html", contractor=None)


@page(blueprint, f"{_PATH}/<id:contractor_id>", permission=READ)
def contractor(actor: Actor, contractor_id: int) -> str:
    """One firm: its contracts and its months."""
    return render(
        "contractors/contractor.html",
        contractor=queries.get_contractor(actor, contractor_id),
        contracts=queries.page_contracts(
            actor, contractor_id=contractor_id, page=1, page_size=_CONTRACTS_SHOWN
        ),
        months=months.page_assessments(actor, contractor_id=contractor_id, page=1, page_size=_MONTHS_SHOWN),
        may_manage=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_PATH}/<id:contractor_id>/edit", permission=MANAGE)
def edit_contractor(actor: Actor, contractor_id: int) -> str:
    """The form of a firm."""
    return render("contractors/form.html", contractor=queries.get_contractor(actor, contractor_id))


@page(blueprint, f"{_PATH}/<id:contractor_id>/contracts/new", permission=MANAGE)
def new_contract(actor: Actor, contractor_id: int) -> str:
    """The form of a new contract."""
    found = queries.get_contractor(actor, contractor_id)
    return render("contractors/contract_form.html", contractor=found, contract=None, **_form_words(()))


@page(blueprint, _CONTRACT, permission=READ)
def contract(actor: Actor, contract_id: int) -> str:
    """One contract: what it covers, what a score is paid, and its months."""
    found = queries.get_contract(actor, contract_id)
    return render(
        "contractors/contract.html",
        contract=found,
        bands=band_words(found.bands) if found.bands is not None else None,
        sheets=dict(sheet_choices()),
        months=months.page_assessments(actor, contract_id=contract_id, page=1, page_size=_MONTHS_SHOWN),
        may_manage=actor.reach(MANAGE).everywhere,
    )


@page(blueprint, f"{_CONTRACT}/edit", permission=MANAGE)
def edit_contract(actor: Actor, contract_id: int) -> str:
    """The form of a contract."""
    found = queries.get_contract(actor, contract_id)
    return render(
        "contractors/contract_form.html",
        contractor=queries.get_contractor(actor, found.contractor_id),
        contract=found,
        **_form_words([found]),
    )


def _soon() -> int:
    """Within how many days a contract ends soon: as reminders say, or their default if there are none."""
    return rules.value(REMINDER_DAYS) or REMINDER_DAYS.default


def _form_words(contracts: Iterable[ContractView]) -> dict[str, Any]:
    covered = {
        f"{each.kind.value}:{each.id}": each.path
        for each in places.load_tree().walk()
        if each.kind in _COVERED
    }
    for of in contracts:
        covered.update({f"{s.place_kind}:{s.place_id}": s.place_path for s in of.scopes if s.place_kind})
    return {
        "services": [(key.value, title) for key, title in SERVICE_NAMES.items()],
        "places": list(covered.items()),
        "categories": [(each.id, each.path) for each in categories.tree().walk() if each.is_in_use],
        "sheets": sheet_choices(),
        "points": points,
    }
