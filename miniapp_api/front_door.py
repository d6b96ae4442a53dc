"""The one door (一键直达) over HTTP: where a text leads. Nothing is filed here."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.flows import front_door as flow
from backend.flows.front_door import LONGEST_TEXT, MOST_ALTERNATIVES, DoorKind
from backend.http import endpoint
from backend.places.schemas import RefIn
from backend.wire import Choice, Id, In, Many, Out, Part, Str

blueprint = Blueprint("front_door", __name__, description="一键直达")

MOST_PHOTOS = 9


class DoorIn(In):
    """What somebody typed, where they are, and the photos they took, which stay theirs."""

    text = Str(required=True, min_length=1, max_length=LONGEST_TEXT)
    place = Part(RefIn, load_default=None, allow_none=True)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class DoorChoiceOut(Out):
    """Where it may lead: a category of repairs or reports, a service or a question; `page` of the phone."""

    kind = Choice(DoorKind)
    id = Id(allow_none=True)
    code = Str()
    name = Str()
    page = Str()


class DoorAlternativeOut(Out):
    """What else it might be, and by which words."""

    kind = Choice(DoorKind, attribute="choice.kind")
    id = Id(attribute="choice.id", allow_none=True)
    code = Str(attribute="choice.code")
    name = Str(attribute="choice.name")
    page = Str(attribute="choice.page")
    reason = Many(Str())


class DoorOut(Out):
    """What is proposed, by which words, and what else it might be; without any word `choice.id` is null."""

    kind = Choice(DoorKind)
    choice = Part(DoorChoiceOut)
    reason = Many(Str())
    alternatives = Many(Part(DoorAlternativeOut), maximum=MOST_ALTERNATIVES)


@endpoint(
    blueprint,
    "POST",
    "/feedback/door",
    permission=Permission.SELF,
    body=DoorIn,
    out=DoorOut,
    keeps_answer=False,
)
def lead_through_the_door(actor: Actor, body: dict[str, Any]) -> Any:
    """Where a text leads: a proposal, which the person confirms or changes"""
    place = body["place"]
    return flow.lead(body["text"], place.kind if place is not None else None)
