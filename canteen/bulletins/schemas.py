"""Wire shapes of bulletins."""

from backend.wire import Choice, Date, Id, In, Instant, Int, Json, Many, Out, PageQuery, Str
from canteen.bulletins.models import BulletinKind, BulletinState

_TEXT = 10_000


class BulletinsQuery(PageQuery):
    """Which bulletins."""

    kind = Choice(BulletinKind, load_default=None)


class AllBulletinsQuery(BulletinsQuery):
    """Which bulletins, in which state."""

    state = Choice(BulletinState, load_default=None)


class BulletinDraftIn(In):
    """Which period: the first day of a month, or of a quarter."""

    kind = Choice(BulletinKind, required=True)
    first_day = Date(required=True)


class BulletinTextsIn(In):
    """The texts that people write: 引言, 存在问题, 下一步要求. `revision` is the one that was read."""

    revision = Int(minimum=1, required=True)
    introduction = Str(max_length=_TEXT, load_default="")
    problems = Str(max_length=_TEXT, load_default="")
    requirements = Str(max_length=_TEXT, load_default="")


class BulletinDecisionIn(In):
    """On which revision is decided."""

    revision = Int(minimum=1, required=True)


class BulletinReturnIn(In):
    """Why it goes back."""

    opinion = Str(min_length=1, max_length=500, required=True)


class BulletinCorrectionIn(In):
    """Why a published bulletin is corrected; it stands on the cover."""

    reason = Str(min_length=1, max_length=300, required=True)


class BulletinOut(Out):
    """A bulletin in a list. `superseded_by` is the published version that corrects it."""

    id = Id(attribute="bulletin.id")
    kind = Choice(BulletinKind)
    period = Str(metadata={"example": "2026-Q4"})
    period_name = Str()
    first_day = Date(attribute="bulletin.first_day")
    last_day = Date(attribute="bulletin.last_day")
    title = Str()
    issue_no = Str(metadata={"example": "〔2026〕第4期"})
    version = Int(attribute="bulletin.version")
    corrects_id = Id(attribute="bulletin.corrects_id", allow_none=True)
    correction_reason = Str(attribute="bulletin.correction_reason")
    superseded_by = Id(allow_none=True)
    published_at = Instant(attribute="bulletin.published_at", allow_none=True)


class BulletinDetailOut(BulletinOut):
    """A published bulletin. `content_hash` is the SHA-256 of the `content` that its export answers."""

    summary = Many(Str(), attribute="figures.summary", maximum=1000)
    introduction = Str(attribute="bulletin.introduction")
    problems = Str(attribute="bulletin.problems")
    requirements = Str(attribute="bulletin.requirements")
    figures = Json(attribute="frozen", metadata={"type": "object"})
    figures_at = Instant(attribute="bulletin.figures_at")
    content_hash = Str(attribute="bulletin.content_hash", allow_none=True)


class ManagedBulletinOut(BulletinOut):
    """A bulletin in the list of those who work on them."""

    state = Choice(BulletinState)
    revision = Int(attribute="bulletin.revision")
    drafted_by_name = Str(attribute="bulletin.drafted_by_name")
    submitted_by_name = Str(attribute="bulletin.submitted_by_name")
    published_by_name = Str(attribute="bulletin.published_by_name")
    opinion = Str(attribute="bulletin.opinion")


class ManagedBulletinDetailOut(BulletinDetailOut, ManagedBulletinOut):
    """The same with everything in it. `can`: edit, discard, submit, return, publish, correct."""

    drafted_at = Instant(attribute="bulletin.drafted_at")
    submitted_at = Instant(attribute="bulletin.submitted_at", allow_none=True)
    returned_at = Instant(attribute="bulletin.returned_at", allow_none=True)
    returned_by_name = Str(attribute="bulletin.returned_by_name")
    can = Many(Str(), attribute="abilities")


class BulletinChangeOut(Out):
    """A figure that would read otherwise if the figures were taken again now."""

    where = Str()
    name = Str()
    old = Str()
    new = Str()
