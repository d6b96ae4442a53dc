"""Wire shapes of suggestions."""

from backend.media.schemas import PhotoLinksOut
from backend.suggestions.models import LONGEST_TEXT, SuggestionKind, SuggestionState
from backend.suggestions.policies import MOST_PHOTOS
from backend.wire import Bool, Choice, Date, Id, In, Instant, Many, Out, PageQuery, Part, Str


class SuggestionIn(In):
    """What somebody has to say. Without `may_contact` the administrators do not learn who it is."""

    kind = Choice(SuggestionKind, required=True)
    text = Str(required=True, min_length=1, max_length=LONGEST_TEXT)
    may_contact = Bool(load_default=False)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class ReplyIn(In):
    """An answer."""

    text = Str(required=True, min_length=1, max_length=LONGEST_TEXT)


class ReplyOut(Out):
    """An answer as the author of the suggestion sees it."""

    text = Str()
    replied_at = Instant()


class SuggestionOut(Out):
    """A suggestion as its author sees it."""

    id = Id()
    kind = Str()
    text = Str()
    may_contact = Bool()
    state = Str()
    sent_at = Instant()
    closed_at = Instant(allow_none=True)
    photos = Many(Part(PhotoLinksOut))
    replies = Many(Part(ReplyOut))


class ManagedReplyOut(ReplyOut):
    """An answer as the administrators see it."""

    staff_name = Str()


class ManagedSuggestionOut(SuggestionOut):
    """A suggestion as the administrators see it; who wrote is null unless they may be contacted."""

    staff_no = Str(allow_none=True)
    staff_name = Str(allow_none=True)
    department = Str(allow_none=True)
    replies = Many(Part(ManagedReplyOut))


class SuggestionsQuery(PageQuery):
    """Which suggestions; the days are those on which they were sent, both included."""

    state = Choice(SuggestionState)
    kind = Choice(SuggestionKind)
    from_on = Date(data_key="from_date")
    until_on = Date(data_key="to_date")
    q = Str(max_length=50)
