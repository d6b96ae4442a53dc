"""Wire shapes of the bulletins. Their figures are told in tenths, as they are kept."""

from backend.wire import (
    Choice,
    Date,
    Id,
    In,
    Instant,
    Int,
    Json,
    Many,
    Out,
    PageQuery,
    Str,
)
from property.assessments.models import TEXT_LENGTH, BulletinKind, BulletinState


class ContractorBulletinsQuery(PageQuery):
    """Which bulletins."""

    kind = Choice(BulletinKind)


class ContractorBulletinIn(In):
    """Of which period: the first day of a month or of a quarter."""

    kind = Choice(BulletinKind, required=True)
    first_day = Date(required=True)


class ContractorBulletinTextsIn(In):
    """The texts, and the revision that was read."""

    revision = Int(required=True, minimum=1)
    introduction = Str(load_default="", max_length=4000)
    problems = Str(load_default="", max_length=4000)
    requirements = Str(load_default="", max_length=4000)


class ContractorBulletinRevisionIn(In):
    """The revision that was read."""

    revision = Int(required=True, minimum=1)


class ContractorBulletinOpinionIn(In):
    """Why it goes back."""

    opinion = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class ContractorBulletinCorrectionIn(In):
    """Why a published bulletin is corrected."""

    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class ContractorBulletinRowOut(Out):
    """A bulletin in a list."""

    id = Id(attribute="bulletin.id")
    kind = Choice(BulletinKind)
    kind_name = Str()
    first_day = Date(attribute="bulletin.first_day")
    last_day = Date(attribute="bulletin.last_day")
    period_name = Str()
    version = Int(attribute="bulletin.version")
    title = Str()
    issue_no = Str()
    state = Choice(BulletinState)
    state_name = Str()
    drafted_by_name = Str(attribute="bulletin.drafted_by_name")
    published_at = Instant(attribute="bulletin.published_at", allow_none=True)


class ContractorBulletinOut(ContractorBulletinRowOut):
    """All of a bulletin; `can` is among edit, refresh, submit, discard, return, publish, correct."""

    revision = Int(attribute="bulletin.revision")
    correction_reason = Str(attribute="bulletin.correction_reason")
    introduction = Str(attribute="bulletin.introduction")
    problems = Str(attribute="bulletin.problems")
    requirements = Str(attribute="bulletin.requirements")
    figures = Json()
    figures_at = Instant(attribute="bulletin.figures_at")
    drafted_at = Instant(attribute="bulletin.drafted_at")
    submitted_at = Instant(attribute="bulletin.submitted_at", allow_none=True)
    submitted_by_name = Str(attribute="bulletin.submitted_by_name")
    opinion = Str(attribute="bulletin.opinion")
    published_by_name = Str(attribute="bulletin.published_by_name")
    content_hash = Str(attribute="bulletin.content_hash", allow_none=True)
    can = Many(Str())
