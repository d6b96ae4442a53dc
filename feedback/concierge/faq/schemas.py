"""Wire shapes of the frequent questions."""

from backend.wire import Bool, Id, In, Instant, Int, Many, Out, PageQuery, Str
from feedback.concierge.faq import policies
from feedback.reports.policies import MOST_PHOTOS


class FaqQuery(PageQuery):
    """Which questions: what somebody typed, or those under a heading."""

    q = Str(max_length=policies.LONGEST_SEARCH, load_default="")
    section = Str(max_length=policies.LONGEST_SECTION, load_default="")


class FaqEntryIn(In):
    """A question with its answer."""

    section = Str(required=True, min_length=1, max_length=policies.LONGEST_SECTION)
    question = Str(required=True, min_length=1, max_length=policies.LONGEST_QUESTION)
    answer = Str(required=True, min_length=1, max_length=policies.LONGEST_ANSWER)
    words = Many(
        Str(min_length=1, max_length=policies.LONGEST_WORD), maximum=policies.MOST_WORDS, load_default=list
    )
    position = Int(minimum=0, maximum=10_000, load_default=0)
    is_active = Bool(load_default=True)


class FaqVoteIn(In):
    """Whether the answer helped."""

    is_helpful = Bool(required=True)


class FaqHandoverIn(In):
    """What to ask a person."""

    text = Str(required=True, min_length=2, max_length=policies.LONGEST_HANDOVER)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class FaqEntryOut(Out):
    """A question with its answer; `my_vote` is null until one has said whether it helped."""

    id = Id()
    section = Str()
    question = Str()
    answer = Str()
    helpful = Int()
    unhelpful = Int()
    my_vote = Bool(allow_none=True)


class ManagedFaqEntryOut(FaqEntryOut):
    """A question, shown or not, as its keepers see it."""

    words = Many(Str())
    position = Int()
    is_active = Bool()
    changed_at = Instant()


class FaqSectionOut(Out):
    """A heading and how many questions stand under it."""

    section = Str()
    entries = Int()


class FaqLoadedOut(Out):
    """What loading the standard questions came to."""

    created = Int()
    kept = Int()
