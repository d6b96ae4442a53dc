"""Wire shapes of satisfaction."""

from backend.wire import Bool, Date, Id, Int, Many, Month, Out, PageQuery, Part, Query, Str

_RATE = {"description": "A fraction of 1, three decimals; null where too little is behind it"}
_CHANGE = {"description": "Change of the satisfied rate, in fractions of 1; null without a base"}


class SatisfactionQuery(Query):
    """Which months, the first and the last included."""

    from_month = Month(required=True)
    until_month = Month(required=True)


class SatisfactionTrendQuery(SatisfactionQuery):
    """Which service, or which provider of it."""

    service = Str(required=True, min_length=1, max_length=40)
    kind = Str(max_length=20)
    provider_id = Int(minimum=0)


class DishRankingQuery(PageQuery):
    """Which months, and which canteen or all within reach."""

    from_month = Month(required=True)
    until_month = Month(required=True)
    canteen_id = Id(load_default=None)


class SatisfactionFiguresOut(Out):
    """What was said; nothing but the count is told where it is withheld. `unrated` are 未参评."""

    served = Int(allow_none=True)
    count = Int()
    unrated = Int(allow_none=True)
    coverage = Str(allow_none=True, metadata=_RATE)
    is_withheld = Bool()
    average = Str(allow_none=True, metadata={"description": "Of all scores, two decimals"})
    satisfied = Int(allow_none=True)
    satisfied_rate = Str(allow_none=True, metadata=_RATE)
    distribution = Many(Int(), allow_none=True, metadata={"description": "How often the grades 1 … 5"})


class SatisfactionProviderOut(Out):
    """What was said of a provider."""

    kind = Str(attribute="provider.kind")
    kind_name = Str()
    id = Int(attribute="provider.id")
    name = Str(attribute="provider.name")
    campus_id = Int(attribute="provider.campus_id", allow_none=True)
    campus_name = Str()
    contractor_id = Int(attribute="provider.contractor_id", allow_none=True)
    contractor_name = Str(attribute="provider.contractor_name")
    figures = Part(SatisfactionFiguresOut, attribute="compared.figures")
    change_before = Str(attribute="compared.change_before", allow_none=True, metadata=_CHANGE)
    change_last_year = Str(attribute="compared.change_last_year", allow_none=True, metadata=_CHANGE)


class SatisfactionServiceOut(Out):
    """What was said of a service."""

    key = Str()
    title = Str()
    figures = Part(SatisfactionFiguresOut, attribute="compared.figures")
    before = Part(SatisfactionFiguresOut, attribute="compared.before")
    last_year = Part(SatisfactionFiguresOut, attribute="compared.last_year")
    change_before = Str(attribute="compared.change_before", allow_none=True, metadata=_CHANGE)
    change_last_year = Str(attribute="compared.change_last_year", allow_none=True, metadata=_CHANGE)
    providers = Many(Part(SatisfactionProviderOut))


class SatisfactionCellOut(Out):
    """A service where two dimensions cross."""

    service = Str()
    figures = Part(SatisfactionFiguresOut)


class SatisfactionCrossRowOut(Out):
    """A campus or a contractor, service by service; id 0 where there is none."""

    id = Int()
    name = Str()
    cells = Many(Part(SatisfactionCellOut))


class SatisfactionReportOut(Out):
    """What was said of all services within reach, beside 环比's and 同比's months."""

    from_month = Month(attribute="months.first")
    until_month = Month(attribute="months.last")
    from_on = Date()
    until_on = Date(attribute="months.until_on")
    before_from = Month(attribute="before.first")
    before_until = Month(attribute="before.last")
    last_year_from = Month(attribute="last_year.first")
    last_year_until = Month(attribute="last_year.last")
    services = Many(Part(SatisfactionServiceOut))
    campuses = Many(Part(SatisfactionCrossRowOut))
    contractors = Many(Part(SatisfactionCrossRowOut))


class SatisfactionMonthOut(Out):
    """What was said of a month's services."""

    month = Month()
    figures = Part(SatisfactionFiguresOut)


class SatisfactionTrendOut(Out):
    """A service month by month."""

    service = Str()
    title = Str()
    months = Many(Part(SatisfactionMonthOut))


class RankedDishOut(Out):
    """A dish in its place, by `score`: a Bayesian average."""

    rank = Int(attribute="of.rank")
    dish_id = Id(attribute="dish.id")
    name = Str(attribute="dish.name")
    canteen_id = Id(attribute="dish.canteen_id")
    canteen_name = Str(attribute="dish.canteen_name")
    count = Int(attribute="of.count")
    average = Str(attribute="of.average")
    satisfied_rate = Str(attribute="of.satisfied_rate")
    score = Str(attribute="of.score")


class DishRankingOut(Out):
    """A page of the ranking. `mean` is the prior, `weight` how many ratings at it each dish starts with."""

    from_month = Month(attribute="months.first")
    until_month = Month(attribute="months.last")
    weight = Int()
    mean = Str(allow_none=True)
    ranked = Many(Part(RankedDishOut))
    too_few = Int()
    total = Int()
    page = Int()
    page_size = Int()
