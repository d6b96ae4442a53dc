"""Wire shapes of withdrawals. Amounts are fen."""

from backend.wire import Id, In, Int, Out, Str


class WithdrawIn(In):
    """Why the dish cannot be served; everybody concerned reads it after “因”."""

    reason = Str(required=True, min_length=2, max_length=50)


class WithdrawnOut(Out):
    """What a withdrawal did; zeros when it is repeated."""

    meal_id = Id()
    dish_id = Id()
    dish = Str()
    orders_reduced = Int()
    orders_cancelled = Int()
    refunded_fen = Int()
