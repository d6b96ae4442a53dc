"""Wire shapes of settlements. Amounts are fen."""

from backend.wire import Choice, Date, Id, In, Instant, Int, Many, Month, Out, PageQuery, Part, Query, Str
from canteen.settlement.models import SettlementState


class SettlementQuery(Query):
    """Which month of which canteen."""

    canteen_id = Id(required=True)
    month = Month(required=True)


class ClosedSettlementsQuery(PageQuery):
    """Whose closed months."""

    canteen_id = Id(required=True)


class SettlementCloseIn(In):
    """Which month to close; `caterer` is the other side's name, by default that of the last settlement."""

    canteen_id = Id(required=True)
    month = Month(required=True)
    caterer = Str(max_length=60, load_default="")


class SettlementConfirmIn(In):
    """Who signed for both sides, and when."""

    confirmed_on = Date(required=True)
    signed_by_us = Str(required=True, min_length=1, max_length=50)
    signed_by_caterer = Str(required=True, min_length=1, max_length=50)


class SettlementSumsOut(Out):
    """Meals by how they ended, and amounts by who paid."""

    picked_up = Int(attribute="sums.picked_up")
    no_shows = Int(attribute="sums.no_shows")
    receptions = Int(attribute="sums.receptions")
    subsidy_fen = Int(attribute="sums.subsidy_fen")
    personal_fen = Int(attribute="sums.personal_fen")
    reception_fen = Int(attribute="sums.reception_fen")
    amount_fen = Int(attribute="sums.amount_fen")


class SettlementGroupOut(SettlementSumsOut):
    """The month's lines of one department, or of one period."""

    key = Str(metadata={"description": "The department's id, or the period"})
    title = Str()


class SettlementLineOut(SettlementSumsOut):
    """What a department's meals of one period came to in a month."""

    month = Month()
    department_id = Id()
    department = Str()
    period = Str()


class SettlementOut(Out):
    """A month of a canteen. `total_fen` is its own lines and the adjustments of earlier months.

    `difference_fen` is what that and the ledger's sales disagree by: 0. `obstacles` say why a draft cannot
    be closed yet.
    """

    id = Id(allow_none=True)
    number = Str()
    canteen_id = Id()
    canteen = Str()
    month = Month()
    state = Choice(SettlementState)
    caterer = Str()
    lines = Many(Part(SettlementLineOut))
    departments = Many(Part(SettlementGroupOut))
    periods = Many(Part(SettlementGroupOut))
    adjustments = Many(Part(SettlementLineOut))
    own_fen = Int()
    adjustment_fen = Int()
    total_fen = Int()
    ledger_fen = Int()
    difference_fen = Int()
    obstacles = Many(Str())
    closed_at = Instant(allow_none=True)
    closed_by_name = Str()
    confirmed_on = Date(allow_none=True)
    signed_by_us = Str()
    signed_by_caterer = Str()


class ClosedSettlementOut(Out):
    """A closed month in a list."""

    id = Id()
    canteen_id = Id()
    month = Month()
    state = Str()
    caterer = Str()
    subsidy_fen = Int()
    personal_fen = Int()
    reception_fen = Int()
    adjustment_fen = Int()
    total_fen = Int()
    closed_at = Instant()
    closed_by_name = Str()
    confirmed_on = Date(allow_none=True)
