"""Wire shapes of an order's end: what its reporter says of it, and the figures."""

from backend.ratings.policies import SCORES
from backend.ratings.schemas import DimensionOut, FiguresOut, GivenRatingOut, RatingIn, RatingOut, scores_of
from backend.wire import Bool, Date, Id, Instant, Int, Many, Out, PageQuery, Part, Query, Str
from property.work_orders.ratings import CONTRACTOR, GROUP, REPAIR

RepairScores = scores_of(REPAIR)


class RepairRatingIn(RatingIn):
    """What is said of a repair; names are never told to who is judged."""

    scores = Part(RepairScores, required=True)
    is_anonymous = Bool(load_default=True)


class OwnRepairRatingOut(RatingOut):
    """One's own rating of a repair."""

    scores = Part(RepairScores)
    is_anonymous = Bool()


class RepairRatingOut(Out):
    """Whether a repair can be rated now, until when, in what, and how it was."""

    can_rate = Bool()
    closes_at = Instant(allow_none=True)
    dimensions = Many(Part(DimensionOut))
    rating = Part(OwnRepairRatingOut, allow_none=True)


class RepairReportQuery(Query):
    """The days of the completion, both included."""

    from_on = Date(required=True, data_key="from_date")
    until_on = Date(required=True, data_key="to_date")


class ProviderFiguresOut(Out):
    """What was said of a contractor (`contractor`), or of a group of the house's own (`work_group`)."""

    kind = Str()
    id = Id()
    name = Str()
    figures = Part(FiguresOut)


class RepairReportOut(Out):
    """What was said of each."""

    from_date = Date(attribute="from_on")
    to_date = Date(attribute="until_on")
    providers = Many(Part(ProviderFiguresOut))


class GivenRepairRatingsQuery(PageQuery, RepairReportQuery):
    """Which of the single ratings."""

    provider_kind = Str(load_default=CONTRACTOR, metadata={"enum": [CONTRACTOR, GROUP]})
    provider_id = Id()
    only_with_text = Bool(load_default=False)
    grade = Int(minimum=SCORES[0], maximum=SCORES[-1])


class GivenRepairRatingOut(GivenRatingOut):
    """A rating of a repair without any name."""

    provider_id = Id()
    scores = Part(RepairScores)
