"""Wire shapes of payroll imports. Amounts are fen."""

from backend.wire import Bool, Id, Instant, Int, Many, Out, Part, Query, Str
from canteen.accounts.payroll.models import BATCH_LENGTH
from canteen.accounts.payroll.policies import MOST_TOLD


class PayrollImportQuery(Query):
    """`batch_no` is the payroll's own; `expected_sha256` that of the file that was previewed."""

    batch_no = Str(required=True, min_length=1, max_length=BATCH_LENGTH)
    expected_sha256 = Str(min_length=64, max_length=64)


class PayrollProblemOut(Out):
    """One fault, by row number and column name."""

    row = Int()
    column = Str()
    msg = Str()


class PaymentOut(Out):
    """A row that is right."""

    row = Int()
    staff_no = Str()
    name = Str()
    amount_fen = Int()
    memo = Str()


class PayrollPreviewOut(Out):
    """What an import would do; the lists hold the first rows only.

    `booked_as` is the batch under which this very file was booked before, or "".
    """

    sha256 = Str()
    people = Int()
    total_fen = Int()
    wrong = Int()
    problem_count = Int()
    problems = Many(Part(PayrollProblemOut), maximum=MOST_TOLD)
    payments = Many(Part(PaymentOut), maximum=MOST_TOLD)
    booked_as = Str()


class PayrollImportOut(Out):
    """An import; `is_repeat` if it was made before, and nothing was booked now."""

    id = Id()
    batch_no = Str()
    people = Int()
    total_fen = Int()
    imported_at = Instant()
    is_repeat = Bool()
