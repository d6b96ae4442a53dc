"""Wire shapes of the board of found things."""

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Many, Out, PageQuery, Part, Str
from feedback.concierge.found import policies
from feedback.concierge.found.models import FoundState
from feedback.concierge.schemas import WhereIn


class FoundQuery(PageQuery):
    """Which things."""

    state = Choice(FoundState, load_default=FoundState.WAITING)
    q = Str(max_length=40, load_default="")


class FoundThingIn(WhereIn):
    """A thing and where it was found: a place of the house, or `place_path` in words."""

    title = Str(required=True, min_length=1, max_length=policies.LONGEST_TITLE)
    description = Str(max_length=policies.LONGEST_DESCRIPTION, load_default="")
    place_path = Str(max_length=policies.LONGEST_WHERE, load_default="")
    found_on = Date(required=True)
    kept_at = Str(required=True, min_length=1, max_length=policies.LONGEST_WHERE)
    photo_ids = Many(Id(), maximum=policies.MOST_PHOTOS, load_default=list)


class FoundClaimIn(In):
    """How one knows that it is one's own."""

    text = Str(required=True, min_length=1, max_length=300)
    phone = Str(max_length=20, load_default="")


class FoundHandOverIn(In):
    """To whom it is given: the id of their request."""

    claim_id = Id(required=True)
    text = Str(max_length=policies.LONGEST_END, load_default="")


class FoundPassOnIn(In):
    """Where it went."""

    text = Str(required=True, min_length=1, max_length=policies.LONGEST_END)


class FoundPhotoOut(Out):
    """A photo of a thing."""

    id = Id()
    links = Part(PhotoLinksOut)


class FoundThingOut(Out):
    """A thing on the board."""

    id = Id()
    title = Str()
    description = Str()
    place_kind = Str(allow_none=True)
    place_id = Id(allow_none=True)
    place_path = Str()
    found_on = Date()
    kept_at = Str()
    state = Str()
    state_name = Str()
    registered_at = Instant()
    ended_at = Instant(allow_none=True)
    photos = Many(Part(FoundPhotoOut))
    is_claimed_by_me = Bool()
