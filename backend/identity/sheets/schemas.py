"""Wire shapes of import and export."""

from backend.wire import Bool, Int, Many, Out, Part, Query, Str


class PreviewQuery(Query):
    """Whether departments that the tree lacks are made, or reported."""

    create_departments = Bool(load_default=True)


class ImportQuery(PreviewQuery):
    """`expected_sha256`: the SHA-256 of the file that was previewed; another one is refused."""

    expected_sha256 = Str(min_length=64, max_length=64)


class ProblemOut(Out):
    """One fault, by row number and column name."""

    row = Int()
    column = Str()
    msg = Str()


class ChangeOut(Out):
    """A column as it is and as it would be; numbers of a person are masked, "" is none."""

    column = Str()
    before = Str(max_length=10_000)
    after = Str(max_length=10_000)


class RowPreviewOut(Out):
    """A row that is new, or changes somebody."""

    row = Int()
    staff_no = Str()
    name = Str()
    changes = Many(Part(ChangeOut))


class PreviewOut(Out):
    """What an import would do; every row is counted once. The lists hold the first rows only.

    `signed_out` counts who would have to log in anew, `leaving` who would lose all access.
    """

    sha256 = Str()
    created = Int()
    updated = Int()
    unchanged = Int()
    wrong = Int()
    signed_out = Int()
    leaving = Int()
    departments = Many(Str(max_length=1000))
    problem_count = Int()
    problems = Many(Part(ProblemOut))
    added = Many(Part(RowPreviewOut))
    changed = Many(Part(RowPreviewOut))


class ImportOut(Out):
    """How many rows were new, really different, and as before; and how many departments were made."""

    created = Int()
    updated = Int()
    unchanged = Int()
    departments_created = Int()
