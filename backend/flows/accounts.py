"""Accounts with the orders that their entries are of.

The ledger stands below ordering and cannot name them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from backend import clock
from backend.actor import Actor
from backend.paging import Page
from canteen.accounts import queries as account_queries
from canteen.accounts.paying import BucketMove
from canteen.accounts.queries import AccountEntry, HeldAccount
from canteen.accounts.statements import documents, services
from canteen.accounts.statements import queries as statement_queries
from canteen.accounts.statements.queries import BucketLine, KindLine, Statement, StatementEntry
from canteen.ordering import queries as ordering_queries
from canteen.ordering.queries import OrderLabel


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry with the order that it is of. Amounts in fen."""

    id: int
    kind: str
    kind_name: str
    happened_at: datetime
    order_id: int | None
    order: OrderLabel | None
    memo: str
    amount_fen: int
    buckets: Sequence[BucketMove]
    corrects_id: int | None = None
    corrected_fen: int = 0
    correctable_fen: int = 0


@dataclass(frozen=True, slots=True)
class StatementView:
    """A month of an account with whose it is. Amounts in fen."""

    account: HeldAccount
    month: date
    printed_at: datetime
    opening_fen: int
    in_fen: int
    out_fen: int
    closing_fen: int
    buckets: Sequence[BucketLine]
    kinds: Sequence[KindLine]
    entries: Sequence[EntryView]


def own_entries(actor: Actor, **filters: Any) -> Page:
    """The actor's own entries as `EntryView`s; the filters are those of `account_queries.list_entries`."""
    return _labelled(account_queries.list_entries(actor, **filters))


def entries_of(actor: Actor, *, staff_id: int, **filters: Any) -> Page:
    """The entries of a member of staff as `EntryView`s. Raises Forbidden."""
    return _labelled(account_queries.entries_of(actor, staff_id=staff_id, **filters))


def own_statement(actor: Actor, *, month: date | None = None) -> StatementView:
    """A month of the actor's own account, by default the present one. Raises AccountNotFound."""
    return _statement(account_queries.find_held(actor.staff_id), month)


def statement_of(actor: Actor, *, staff_id: int, month: date | None = None) -> StatementView:
    """A month of somebody's account. Raises Forbidden or AccountNotFound."""
    return _statement(account_queries.held_account(actor, staff_id=staff_id), month)


def own_statement_pdf(actor: Actor, *, month: date | None = None) -> tuple[str, bytes]:
    """The name and the bytes of one's own statement on paper."""
    return _printed(own_statement(actor, month=month), actor)


def statement_pdf_of(actor: Actor, *, staff_id: int, month: date | None = None) -> tuple[str, bytes]:
    """The same of somebody's account; recorded. Raises Forbidden or AccountNotFound."""
    statement = statement_of(actor, staff_id=staff_id, month=month)
    services.record_printing(actor, staff_id=staff_id, month=statement.month)
    return _printed(statement, actor)


def _printed(statement: StatementView, actor: Actor) -> tuple[str, bytes]:
    title = documents.title_of(statement.month, statement.account.name)
    return f"{title}.pdf", documents.statement_pdf(statement, printed_by=actor.name)


def _labelled(page: Page) -> Page:
    entries: Sequence[AccountEntry] = page.rows
    labels = _labels(entries)
    rows = [
        EntryView(
            entry.id,
            entry.kind,
            entry.kind_name,
            entry.happened_at,
            entry.order_id,
            labels.get(entry.order_id or 0),
            entry.memo,
            entry.amount_fen,
            entry.buckets,
            entry.corrects_id,
            entry.corrected_fen,
            entry.correctable_fen,
        )
        for entry in entries
    ]
    return Page(rows, page.total, page.page, page.page_size)


def _statement(account: HeldAccount, month: date | None) -> StatementView:
    found: Statement = statement_queries.month_statement(account.staff_id, month or clock.today())
    labels = _labels(found.entries)
    return StatementView(
        account,
        found.month,
        clock.now(),
        found.opening_fen,
        found.in_fen,
        found.out_fen,
        found.closing_fen,
        found.buckets,
        found.kinds,
        [
            EntryView(
                entry.id,
                entry.kind.value,
                entry.kind_name,
                entry.happened_at,
                entry.order_id,
                labels.get(entry.order_id or 0),
                entry.memo,
                entry.amount_fen,
                entry.buckets,
                entry.corrects_id,
            )
            for entry in found.entries
        ],
    )


def _labels(entries: Sequence[AccountEntry] | Sequence[StatementEntry]) -> Mapping[int, OrderLabel]:
    return ordering_queries.labels_of({entry.order_id for entry in entries if entry.order_id is not None})
