"""Wire shapes of the statistics. Weights are grams, amounts fen, rates per cent; days are inclusive."""

from backend.wire import Bool, Choice, Date, Id, Int, Many, Out, PageQuery, Part, Query, Str, Tenths
from canteen.menu.models import Period
from canteen.waste.models import Stage
from canteen.waste.statistics.policies import MOST_DAYS, Basis, Bucket, Unit
from canteen.waste.statistics.reports import Against, DishOrder


class WasteQuery(Query):
    """Which canteen, or all within reach; the days are those of the meals, both included."""

    canteen_id = Id()
    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class WasteMealsQuery(WasteQuery):
    """Of one period, or of all."""

    period = Choice(Period)


class WasteSummaryQuery(WasteMealsQuery):
    """What to set it beside: the span before, the same a year ago, or nothing."""

    base = Choice(Against, load_default=Against.PREVIOUS)


class WasteTrendQuery(WasteMealsQuery):
    """Divided by what."""

    by = Choice(Bucket, load_default=Bucket.WEEK)


class WasteDishesQuery(PageQuery, WasteQuery):
    """The worst first by what."""

    sort = Choice(DishOrder, load_default=DishOrder.RATE)


class WasteDishQuery(Query):
    """Which days."""

    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class UnmeasuredQuery(PageQuery, WasteMealsQuery):
    """Which of the unmeasured meals."""


class WasteFigureOut(Out):
    """A figure with what stands behind it. `value` is null, and `text` 数据不足, where that is too little.

    `value` is grams per diner or per cent; `numerator` over `denominator` is the exact ratio.
    """

    basis = Choice(Basis)
    unit = Choice(Unit)
    value = Tenths(attribute="shown", allow_none=True)
    text = Str()
    is_enough = Bool()
    numerator = Int()
    denominator = Int()
    sample = Int(attribute="sample.size")
    measured_meals = Int(attribute="measured")
    open_meals = Int(attribute="opened")
    coverage_percent = Tenths(allow_none=True)


class WasteFiguresOut(Out):
    """Every figure of a span. `total` is all wet waste, `plate` what was left on plates: unlike things."""

    plate = Part(WasteFigureOut)
    unserved = Part(WasteFigureOut)
    preparation = Part(WasteFigureOut)
    preparation_inedible = Part(WasteFigureOut)
    storage = Part(WasteFigureOut)
    total = Part(WasteFigureOut)
    waste_rate = Part(WasteFigureOut)
    plate_rate = Part(WasteFigureOut)
    clean_plate = Part(WasteFigureOut)
    ledger = Part(WasteFigureOut)
    over_preparation = Part(WasteFigureOut)


class WasteChangeOut(Out):
    """What became of a figure; `note` says the base and both coverages."""

    percent = Tenths(attribute="shown", allow_none=True)
    text = Str()
    is_enough = Bool()
    note = Str()


class WasteChangesOut(Out):
    """The change of each figure; none where nothing was asked to be set beside it."""

    plate = Part(WasteChangeOut)
    unserved = Part(WasteChangeOut)
    preparation = Part(WasteChangeOut)
    preparation_inedible = Part(WasteChangeOut)
    storage = Part(WasteChangeOut)
    total = Part(WasteChangeOut)
    waste_rate = Part(WasteChangeOut)
    plate_rate = Part(WasteChangeOut)
    clean_plate = Part(WasteChangeOut)
    ledger = Part(WasteChangeOut)
    over_preparation = Part(WasteChangeOut)


class WasteBalanceOut(Out):
    """Of the dishes of which both are known: prepared = served + unserved + reused + residual."""

    prepared_g = Int()
    served_g = Int()
    unserved_g = Int()
    reused_g = Int()
    residual_g = Int()
    meals = Int()


class WasteBaselineOut(Out):
    """A published figure, and how this one stands beside it."""

    key = Str(attribute="baseline.key")
    title = Str(attribute="baseline.title")
    published = Str(attribute="baseline.text")
    method = Str(attribute="baseline.method.value")
    note = Str(attribute="baseline.note")
    source = Str(attribute="baseline.source")
    text = Str()


class WasteCountsOut(Out):
    """What a span's figures are made of. `cost_fen` is of what was recorded."""

    from_date = Date(attribute="summary.span.from_on")
    to_date = Date(attribute="summary.span.until_on")
    open_meals = Int(attribute="summary.opened")
    weighed_meals = Int(attribute="summary.weighed")
    diners = Int(attribute="summary.diners")
    waste_g = Int(attribute="summary.waste_g")
    cost_fen = Int(attribute="summary.cost_fen")
    quarantined = Int(attribute="summary.quarantined")
    figures = Part(WasteFiguresOut, attribute="summary")


class WasteSummaryOut(WasteCountsOut):
    """A span, set beside its base and beside what was published elsewhere."""

    balance = Part(WasteBalanceOut, attribute="summary.balance")
    base_from = Date(attribute="base.span.from_on")
    base_to = Date(attribute="base.span.until_on")
    changes = Part(WasteChangesOut)
    baselines = Many(Part(WasteBaselineOut), attribute="comparisons")


class WastePointOut(WasteCountsOut):
    """One step of a series; `key` is a first day, a period or a canteen's id."""

    key = Str()
    title = Str()


class WasteStageOut(Out):
    """What was recorded of a stage at how many meals, and what that is per diner."""

    stage = Choice(Stage)
    title = Str()
    food_g = Int(attribute="recorded.food_g")
    inedible_g = Int(attribute="recorded.inedible_g")
    total_g = Int(attribute="recorded.g")
    cost_fen = Int(attribute="recorded.cost_fen")
    meals = Int(attribute="recorded.meals")
    figure = Part(WasteFigureOut)


class WasteDishSumsOut(Out):
    """What was weighed of a dish.

    `served_source` is weighed, portions (what they should weigh), mixed, or empty.
    """

    prepared_g = Int(attribute="sums.prepared_g")
    served_g = Int(attribute="sums.served_g")
    served_source = Str(attribute="sums.served_source")
    leftover_g = Int(attribute="sums.leftover_g")
    weighings = Int(attribute="sums.weighings")
    unserved_g = Int(attribute="sums.unserved_g")
    reused_g = Int(attribute="sums.reused_g")
    cost_fen = Int(attribute="sums.cost_fen")
    rate = Part(WasteFigureOut)
    over_preparation = Part(WasteFigureOut)


class WasteDishOut(WasteDishSumsOut):
    """A dish over a span."""

    dish_id = Id()
    canteen_id = Id()
    name = Str()
    category = Str()
    meals = Int(attribute="sums.meals")
    unserved_rate = Part(WasteFigureOut)


class WasteDishDayOut(WasteDishSumsOut):
    """A dish at one meal."""

    date = Date()
    period = Str()


class WasteDishHistoryOut(Out):
    """A dish over a span, and meal by meal."""

    dish = Part(WasteDishOut)
    days = Many(Part(WasteDishDayOut), maximum=4 * MOST_DAYS)


class WasteDepartmentOut(Out):
    """A department over the meals at which five or more of its diners' trays were weighed."""

    department_id = Id()
    name = Str()
    trays = Int()
    meals = Int()
    plate = Part(WasteFigureOut)
    clean_plate = Part(WasteFigureOut)


class UnmeasuredMealOut(Out):
    """An open meal of which nothing was weighed that should have been."""

    canteen_id = Id()
    canteen = Str()
    date = Date()
    period = Str()
    meal = Str()
    missing = Many(Choice(Stage))
    missing_text = Str()


class PublicFigureOut(Out):
    """A figure for everybody; `value` is null where the sample is too small.

    `sample` is how many stand behind it: diners, or of a rate of trays the trays.
    """

    unit = Choice(Unit)
    value = Tenths(attribute="shown", allow_none=True)
    text = Str()
    sample = Int(attribute="sample.size")


class PublicSpanOut(Out):
    """A week or a month of a canteen."""

    title = Str()
    from_date = Date(attribute="span.from_on")
    to_date = Date(attribute="span.until_on")
    plate = Part(PublicFigureOut)
    clean_plate = Part(PublicFigureOut)
    total = Part(PublicFigureOut)
    ledger = Part(PublicFigureOut)
    coverage_text = Str()


class PublicPointOut(Out):
    """A week's plate waste."""

    from_date = Date(attribute="summary.span.from_on")
    to_date = Date(attribute="summary.span.until_on")
    title = Str()
    value = Tenths(attribute="summary.plate.shown", allow_none=True)
    text = Str(attribute="summary.plate.text")


class PublicWasteOut(Out):
    """What everybody may read of a canteen's waste."""

    canteen_id = Id()
    canteen = Str()
    week = Part(PublicSpanOut)
    month = Part(PublicSpanOut)
    trend = Many(Part(PublicPointOut))
    change = Part(WasteChangeOut)
    baselines = Many(Part(WasteBaselineOut), attribute="comparisons")
    sentences = Many(Str())
