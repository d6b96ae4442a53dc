"""What a forecast refuses."""

from collections.abc import Sequence
from typing import Self

from backend.errors import Conflict, Invalid, NotFound


class BacktestRowsInvalid(Invalid):
    """A file for the backtest has bad rows; nothing was computed. `rows` are {row, msg}, all of them."""

    code = "canteen.forecast_rows_invalid"
    message = "文件中有 {count} 行有误，请更正后重试"

    @classmethod
    def of(cls, faults: Sequence[tuple[int, str]]) -> Self:
        """The error of these (row number, sentence) pairs."""
        return cls(count=len(faults), rows=[{"row": number, "msg": msg} for number, msg in faults])


class ForecastNotFound(NotFound):
    """There is no such forecast within the actor's reach."""

    code = "canteen.forecast_not_found"
    message = "没有找到该预测"


class MealHasBegun(Conflict):
    """What is being served already is not forecast any more."""

    code = "canteen.meal_has_begun"
    message = "该餐次已经开餐，不再预测"


class NothingToForecastFrom(Conflict):
    """Neither bookings nor days like it are known."""

    code = "canteen.no_history"
    message = "该餐次既没有预订，也没有以往的用餐记录，无法预测"
