"""Use cases of contractors and contracts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from backend import clock
from backend.actor import Actor, Permission, ensure_everywhere
from backend.audit import operations as audit
from backend.db import atomic
from backend.identity import queries as identity
from backend.notifications.operations import Message, notify_each
from backend.rules import queries as rules
from property.contractors import operations, policies, queries
from property.contractors.messages import ENDING
from property.contractors.models import Contract
from property.contractors.policies import Band, Scope
from property.contractors.queries import ContractorView, ContractView
from property.contractors.rules import REMINDER_DAYS

MANAGE = Permission.CONTRACTORS_MANAGE


@atomic
def create_contractor(
    actor: Actor,
    *,
    name: str,
    short_name: str = "",
    credit_code: str = "",
    contact: str = "",
    telephone: str = "",
) -> ContractorView:
    """Register a firm. Raises Forbidden or ContractorNameTaken."""
    ensure_everywhere(actor, MANAGE)
    added = operations.add_contractor(
        name=name,
        short_name=short_name or name[:20],
        credit_code=credit_code,
        contact=contact,
        telephone=telephone,
    )
    audit.record(actor, "property.contractor_created", "contractor", added.id, name=name)
    return queries.get_contractor(actor, added.id)


@atomic
def change_contractor(
    actor: Actor,
    *,
    contractor_id: int,
    name: str,
    short_name: str = "",
    credit_code: str = "",
    contact: str = "",
    telephone: str = "",
    is_active: bool = True,
) -> ContractorView:
    """Change what is known of a firm. Raises Forbidden, ContractorNotFound or ContractorNameTaken."""
    ensure_everywhere(actor, MANAGE)
    found = queries.find_contractor(contractor_id)
    operations.change_contractor(
        found,
        name=name,
        short_name=short_name or name[:20],
        credit_code=credit_code,
        contact=contact,
        telephone=telephone,
        is_active=is_active,
    )
    audit.record(actor, "property.contractor_changed", "contractor", found.id, name=name, is_active=is_active)
    return queries.get_contractor(actor, found.id)


@atomic
def create_contract(
    actor: Actor,
    *,
    contractor_id: int,
    number: str,
    title: str,
    from_on: date,
    until_on: date,
    monthly_fee_fen: int,
    scopes: Sequence[Scope],
    sheet_code: str = "",
    bands: Sequence[Band] | None = None,
    note: str = "",
) -> ContractView:
    """Register a contract.

    Raises Forbidden, ContractorNotFound, ContractSpanInvalid, ScopeUnknown, BandsInvalid or
    ContractNumberTaken.
    """
    ensure_everywhere(actor, MANAGE)
    of = queries.find_contractor(contractor_id)
    added = operations.add_contract(
        actor,
        scopes,
        contractor_id=of.id,
        number=number,
        title=title,
        from_on=from_on,
        until_on=until_on,
        monthly_fee_fen=monthly_fee_fen,
        sheet_code=sheet_code,
        bands=_kept(bands),
        note=note,
    )
    _record(actor, "property.contract_created", added)
    return queries.get_contract(actor, added.id)


@atomic
def change_contract(
    actor: Actor,
    *,
    contract_id: int,
    number: str,
    title: str,
    from_on: date,
    until_on: date,
    monthly_fee_fen: int,
    scopes: Sequence[Scope],
    sheet_code: str = "",
    bands: Sequence[Band] | None = None,
    note: str = "",
) -> ContractView:
    """Let a contract say something else: an extension, an end before its time, another fee.

    Raises Forbidden, ContractNotFound, ContractSpanInvalid, ScopeUnknown, BandsInvalid or
    ContractNumberTaken.
    """
    ensure_everywhere(actor, MANAGE)
    found = queries.find_contract(contract_id, lock=True)
    operations.change_contract(
        found,
        scopes,
        number=number,
        title=title,
        from_on=from_on,
        until_on=until_on,
        monthly_fee_fen=monthly_fee_fen,
        sheet_code=sheet_code,
        bands=_kept(bands),
        note=note,
    )
    _record(actor, "property.contract_changed", found)
    return queries.get_contract(actor, found.id)


@atomic
def remind_of_ends() -> int:
    """Tell who manages contractors of contracts that end within the rule's days.

    Once for each contract and last day, so that repeating it is harmless; returns how many messages are new.
    """
    days = rules.value(REMINDER_DAYS)
    if not days:
        return 0
    today = clock.today()
    found = queries.contracts_ending(today, today + timedelta(days=days))
    if not found:
        return 0
    called, told = queries.names({each.contractor_id for each in found}), identity.holders(MANAGE)
    messages = [
        Message(
            staff_id,
            {
                "contractor": called[each.contractor_id],
                "title": each.title,
                "number": each.number,
                "until": each.until_on.isoformat(),
            },
            dedupe=f"{each.id} {each.until_on.isoformat()}",
        )
        for each in found
        for staff_id in told
    ]
    return len(notify_each(ENDING, messages))


def _kept(bands: Sequence[Band] | None) -> list[dict[str, Any]] | None:
    return policies.dump_bands(policies.ensure_bands(bands)) if bands is not None else None


def _record(actor: Actor, action: str, of: Contract) -> None:
    audit.record(
        actor,
        action,
        "contract",
        of.id,
        contractor_id=of.contractor_id,
        number=of.number,
        from_on=of.from_on.isoformat(),
        until_on=of.until_on.isoformat(),
        amount_fen=of.monthly_fee_fen,
    )
