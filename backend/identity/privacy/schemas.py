"""Wire shapes of privacy."""

from backend.identity.privacy.models import (
    LONGEST_POLICY,
    LONGEST_TEXT,
    LONGEST_VERSION,
    RequestKind,
    RequestState,
    Topic,
)
from backend.identity.privacy.policies import BlockKind
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Query, Str


class PolicyQuery(Query):
    """Which version; the one that holds if none is named."""

    version = Str(max_length=LONGEST_VERSION)


class PolicyBlockOut(Out):
    """A heading, a paragraph or an item, as plain text."""

    kind = Choice(BlockKind)
    text = Str(max_length=LONGEST_POLICY)


class PolicyOut(Out):
    """A version of the policy."""

    version = Str()
    summary = Str()
    published_at = Instant()
    is_latest = Bool()
    organisation = Str()
    contact = Str()
    blocks = Many(Part(PolicyBlockOut), maximum=1000)


class PolicyIn(In):
    """The next version. `# ` begins a heading, `- ` an item, an empty line ends a paragraph."""

    version = Str(required=True, min_length=1, max_length=LONGEST_VERSION)
    summary = Str(required=True, min_length=1, max_length=200)
    text = Str(required=True, min_length=100, max_length=LONGEST_POLICY)


class PolicyVersionOut(Out):
    """A version in the list; of each person the last decision about it counts."""

    version = Str()
    summary = Str()
    published_at = Instant()
    publisher = Str()
    agreed = Int()
    refused = Int()


class PrivacyConsentIn(In):
    """A decision about the version that was shown."""

    version = Str(required=True, min_length=1, max_length=LONGEST_VERSION)
    is_agreed = Bool(required=True)
    topic = Choice(Topic, load_default=Topic.POLICY)


class PrivacyConsentOut(Out):
    """A decision that was made."""

    topic = Str()
    version = Str()
    is_agreed = Bool()
    channel = Str()
    decided_at = Instant()


class PrivacyTopicOut(Out):
    """Where one topic stands; nulls if it was not asked about the version that holds."""

    topic = Choice(Topic)
    title = Str()
    version = Str()
    is_agreed = Bool(allow_none=True)
    decided_at = Instant(allow_none=True)


class PrivacyConsentsOut(Out):
    """Where every topic stands, and every decision, the latest first."""

    topics = Many(Part(PrivacyTopicOut))
    history = Many(Part(PrivacyConsentOut), maximum=1000)


class DataRequestIn(In):
    """What one wants done with one's personal data."""

    kind = Choice(RequestKind, required=True)
    text = Str(required=True, min_length=1, max_length=LONGEST_TEXT)


class ReceivedRequestIn(DataRequestIn):
    """What somebody asked for on paper or in person."""

    staff_no = Str(required=True, min_length=1, max_length=20)


class KeptOut(Out):
    """What an erasure leaves, and why."""

    what = Str()
    why = Str()


class DataRequestOut(Out):
    """A request as whoever sent it sees it."""

    id = Id()
    kind = Str()
    kind_name = Str()
    text = Str(max_length=LONGEST_TEXT)
    state = Str()
    state_name = Str()
    sent_at = Instant()
    due_date = Date(attribute="due_on")
    is_overdue = Bool()
    answer = Str(max_length=LONGEST_TEXT)
    answered_at = Instant(allow_none=True)
    erased = Many(Str())
    kept = Many(Part(KeptOut))


class ManagedRequestOut(DataRequestOut):
    """A request as the privacy officer sees it."""

    staff_id = Id()
    staff_no = Str()
    staff_name = Str()
    status = Str()
    status_name = Str()
    entered_by = Str()
    answered_by = Str()


class DataRequestsQuery(PageQuery):
    """Which requests; `q` is a name or the beginning of a staff number."""

    state = Choice(RequestState)
    kind = Choice(RequestKind)
    q = Str(max_length=50, load_default="")


class DataRequestAnswerIn(In):
    """The answer to a request: done, or not done for a reason."""

    is_done = Bool(required=True)
    answer = Str(required=True, min_length=1, max_length=LONGEST_TEXT)
