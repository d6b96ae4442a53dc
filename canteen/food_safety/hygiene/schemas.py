"""Wire shapes of stations, and of days of a kitchen."""

from backend.wire import Bool, Date, Id, In, Int, Out, Query, Str


class KitchenQuery(Query):
    """Which kitchen."""

    canteen_id = Id(required=True)


class KitchenDayQuery(KitchenQuery):
    """Which day of it; by default today."""

    on = Date(data_key="date", load_default=None)


class KitchenDaysQuery(KitchenQuery):
    """Which days of it, both included."""

    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class StationsQuery(KitchenQuery):
    """Which stations."""

    with_inactive = Bool(load_default=False)


class StationIn(In):
    """A new station."""

    canteen_id = Id(required=True)
    name = Str(required=True, min_length=1, max_length=30)
    keeper = Str(max_length=50, load_default="")
    position = Int(minimum=0, maximum=1000, load_default=0)


class StationChangeIn(In):
    """A station as it is to be."""

    name = Str(required=True, min_length=1, max_length=30)
    keeper = Str(max_length=50, load_default="")
    position = Int(minimum=0, maximum=1000, load_default=0)
    is_active = Bool(load_default=True)


class StationOut(Out):
    """A station; `shown_code` is the code as it is printed."""

    id = Id()
    canteen_id = Id()
    name = Str()
    keeper = Str()
    code = Str()
    shown_code = Str()
    position = Int()
    is_active = Bool()
