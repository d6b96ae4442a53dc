"""Wire shapes of grant plans. Amounts are fen, months `2026-11`."""

from backend.wire import Bool, Fen, Id, In, Int, Many, Month, Out, Part, Str
from canteen.accounts.rules import MOST_FEN


class CoverIn(In):
    """How much for whom: everybody, or departments with all below them."""

    amount_fen = Fen(required=True, minimum=1, maximum=MOST_FEN)
    is_for_all = Bool(required=True)
    department_ids = Many(Id(), maximum=200, load_default=list)


class CoverOut(Out):
    """How many people that are now, and how much a month."""

    people = Int()
    total_fen = Int()


class PlanIn(CoverIn):
    """A plan; `until_month` is included, null for no end."""

    name = Str(required=True, min_length=1, max_length=50)
    from_month = Month(required=True)
    until_month = Month(load_default=None, allow_none=True)
    is_active = Bool(load_default=True)


class DepartmentNameOut(Out):
    """A department with the names from the top down."""

    id = Id()
    path = Str(max_length=1000)


class PlanOut(Out):
    """A plan, with what a month of it would cost now."""

    id = Id()
    name = Str()
    amount_fen = Int()
    is_for_all = Bool()
    departments = Many(Part(DepartmentNameOut), maximum=200)
    from_month = Month()
    until_month = Month(allow_none=True)
    is_active = Bool()
    people = Int()
    total_fen = Int()
