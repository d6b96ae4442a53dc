"""Wire shapes of forecasts."""

from backend.wire import (
    Choice,
    Date,
    Hundredths,
    Id,
    In,
    Instant,
    Int,
    Many,
    Out,
    PageQuery,
    Part,
    Query,
    Str,
    Tenths,
)
from canteen.menu.models import Period
from canteen.production.forecasts.models import Horizon, Method
from canteen.production.forecasts.rules import LEAST_LEVEL, MOST_LEVEL


class ForecastsQuery(PageQuery):
    """Which forecasts: by default of today and the next thirteen days, of all canteens within reach."""

    canteen_id = Id()
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    period = Choice(Period)
    horizon = Choice(Horizon)


class ForecastIn(In):
    """Which meal to forecast, and at which service level if not at the canteen's own."""

    canteen_id = Id(required=True)
    served_on = Date(required=True, data_key="date")
    period = Choice(Period, required=True)
    level_percent = Int(minimum=LEAST_LEVEL, maximum=MOST_LEVEL, allow_none=True, load_default=None)


class ForecastLevelOut(Out):
    """Cooking at a service level: for how many, and how many too many or too few that is on average."""

    percent = Int()
    diners = Int()
    surplus = Tenths()
    shortage = Tenths()


class DishForecastOut(Out):
    """How many standard portions of a dish."""

    dish_id = Id()
    name = Str()
    category = Str()
    bookings = Int(allow_none=True)
    expected = Int()
    low = Int()
    high = Int()
    chosen = Int()
    reason = Str()
    actual = Int(allow_none=True)


class ForecastOut(Out):
    """How many diners a meal will have; [low, high] holds eight of ten."""

    id = Id()
    canteen_id = Id()
    canteen = Str()
    served_on = Date(data_key="date")
    period = Choice(Period)
    period_name = Str()
    horizon = Choice(Horizon)
    horizon_name = Str()
    method = Choice(Method)
    method_name = Str()
    made_at = Instant()
    bookings = Int(allow_none=True)
    expected = Int()
    low = Int()
    high = Int()
    level_percent = Int()
    chosen = Int()
    reason = Str(max_length=300)
    levels = Many(Part(ForecastLevelOut))
    naive = Int(allow_none=True)
    actual = Int(allow_none=True)


class ForecastWithDishesOut(ForecastOut):
    """And how many portions of each dish on its menu."""

    dishes = Many(Part(DishForecastOut))


class ForecastAccuracyQuery(Query):
    """Whose forecasts, of which horizon and days (by default the last ninety)."""

    canteen_id = Id(required=True)
    horizon = Choice(Horizon, load_default=Horizon.NEXT_DAY)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    period = Choice(Period)


class ForecastFiguresOut(Out):
    """How forecasts F did against actual A: WAPE = Σ|F−A|/ΣA in percent, bias = mean(F−A), over and short."""

    count = Int()
    wape_percent = Hundredths(attribute="wape_hundredths", allow_none=True)
    bias = Tenths()
    over = Int()
    short = Int()


class ForecastAccuracyOut(Out):
    """How a canteen's forecasts did, beside those that need no method."""

    canteen_id = Id()
    canteen = Str()
    horizon = Choice(Horizon)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    meals = Int()
    of_meals = Int()
    ours = Part(ForecastFiguresOut, allow_none=True)
    naive = Part(ForecastFiguresOut, allow_none=True)
    bookings = Part(ForecastFiguresOut, allow_none=True)
    covered_percent = Tenths(allow_none=True)
    level_percents = Many(Int())


class MealAttendanceQuery(PageQuery):
    """Whose history, of which days."""

    canteen_id = Id(required=True)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="until_date")
    period = Choice(Period)


class MealAttendanceOut(Out):
    """Who came to a meal that is over."""

    canteen_id = Id()
    served_on = Date(data_key="date")
    period = Choice(Period)
    period_name = Str()
    booked = Int()
    attended = Int()
    walk_ins = Int()
    diners = Int()
    attended_percent = Tenths(allow_none=True)
