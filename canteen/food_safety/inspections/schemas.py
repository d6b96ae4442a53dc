"""Wire shapes of the export and of the retention."""

from backend.wire import Bool, Date, Id, In, Int, Out, Query, Str


class InspectionQuery(Query):
    """Which days of which canteen, both included."""

    canteen_id = Id(required=True)
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class RetentionQuery(Query):
    """Whose records."""

    canteen_id = Id(required=True)


class SectionOut(Out):
    """A ledger of an export, and how many records it has."""

    key = Str()
    title = Str()
    rows = Int()
    note = Str()


class KeptRecordsOut(Out):
    """Records of one kind: how long they are kept at least, and how many may be deleted by now."""

    key = Str()
    title = Str()
    months = Int()
    rule = Str()
    basis = Str()
    kept = Int()
    oldest_on = Date(allow_none=True)
    deletable = Int()
    deletable_until = Date()
    is_deletable_here = Bool()


class PurgeIn(In):
    """Up to which day, that day included."""

    canteen_id = Id(required=True)
    until_on = Date(required=True, data_key="until_date")


class PurgedOut(Out):
    """How many records were deleted."""

    deleted = Int()
