"""Wire shapes of the sheets by which contractors are assessed. Floors and targets are per cents."""

from typing import Any

from marshmallow import post_load

from backend.scoresheets.policies import tenths
from backend.scoresheets.schemas import ScoreItemOut, ScoreSheetVersionOut
from backend.wire import Choice, In, Int, Many, Out, Part, Str, Tenths
from property.assessments.policies import Scale, ScaleOf
from property.contractors.models import ServiceKind


class MetricOut(Out):
    """A metric that an item may name."""

    key = Str()
    title = Str()


class ScaleIn(In):
    """How the item of this number is scored."""

    number = Str(required=True, min_length=1, max_length=10)
    service = Choice(ServiceKind, load_default=None, allow_none=True)
    floor = Tenths(load_default=0, maximum=100)
    target = Tenths(load_default=100, maximum=100)
    min_basis = Int(load_default=1, minimum=1, maximum=1000)

    @post_load
    def made(self, data: dict[str, Any], **kwargs: Any) -> ScaleOf:
        """As the use case takes it."""
        service = data["service"].value if data["service"] else ""
        floor, target = tenths(data["floor"]), tenths(data["target"])
        return ScaleOf(data["number"], Scale(service, floor, target, data["min_basis"]))


class ScalesIn(In):
    """The scales that change; the others stay."""

    scales = Many(Part(ScaleIn), required=True, minimum=1, maximum=200)


class ScaledItemOut(Out):
    """An item with its scale."""

    item = Part(ScoreItemOut)
    service = Str()
    floor = Tenths()
    target = Tenths()
    min_basis = Int()


class ScaledSheetOut(Out):
    """A version with its scales; `problems` say why it cannot make a month's score."""

    version = Part(ScoreSheetVersionOut)
    items = Many(Part(ScaledItemOut))
    problems = Many(Str())
