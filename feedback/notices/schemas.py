"""Wire shapes of notices."""

from typing import Any

from marshmallow import post_load

from backend.attachments.schemas import AttachmentOut
from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Id, In, Instant, Int, Json, Many, Out, PageQuery, Part, Str
from feedback.notices.models import (
    BODY_LENGTH,
    REASON_LENGTH,
    TITLE_LENGTH,
    AudienceKind,
    NoticeKind,
    NoticeState,
)
from feedback.notices.policies import MOST_ATTACHMENTS, MOST_PHOTOS, MOST_TARGETS, Target


class AudienceIn(In):
    """Whom a notice addresses; everybody has no `target_id`."""

    kind = Choice(AudienceKind, required=True)
    target_id = Int(minimum=0, load_default=0)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Target:
        """As a value."""
        return Target(data["kind"], data["target_id"])


class NoticeIn(In):
    """A notice. Paragraphs of the body are lines; the files are ids in their order."""

    kind = Choice(NoticeKind, required=True)
    title = Str(required=True, min_length=2, max_length=TITLE_LENGTH)
    body = Str(required=True, min_length=1, max_length=BODY_LENGTH)
    audience = Many(Part(AudienceIn), required=True, minimum=1, maximum=MOST_TARGETS)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)
    attachment_ids = Many(Id(), maximum=MOST_ATTACHMENTS, load_default=list)
    expires_at = Instant(allow_none=True, load_default=None)
    pinned_until = Instant(allow_none=True, load_default=None)


class NoticeEditIn(NoticeIn):
    """The whole notice anew; `reason` goes into the history of a published one."""

    revision = Int(required=True, minimum=0)
    reason = Str(max_length=REASON_LENGTH, load_default="")


class NoticePublishIn(In):
    """Now, or at an instant to come; `is_told`: the audience gets a message."""

    revision = Int(required=True, minimum=0)
    publish_at = Instant(allow_none=True, load_default=None)
    is_told = Bool(load_default=False)


class NoticeRevisionIn(In):
    """Which version of the notice the editor saw."""

    revision = Int(required=True, minimum=0)


class NoticeWithdrawIn(NoticeRevisionIn):
    """Why it is taken back."""

    reason = Str(required=True, min_length=1, max_length=REASON_LENGTH)


class NoticePinIn(NoticeRevisionIn):
    """Until when it stays on top; null: no longer."""

    until = Instant(required=True, allow_none=True)


class NoticesQuery(PageQuery):
    """Which notices; `archived` are the expired ones."""

    kind = Choice(NoticeKind)
    q = Str(max_length=50)
    unread = Bool()
    archived = Bool()


class ManagedNoticesQuery(PageQuery):
    """Which notices of an editor's."""

    state = Choice(NoticeState)
    kind = Choice(NoticeKind)
    q = Str(max_length=50)


class NoticeItemOut(Out):
    """A notice in a reader's list."""

    id = Id()
    kind = Str()
    kind_name = Str()
    title = Str()
    summary = Str()
    cover = Part(PhotoLinksOut, allow_none=True)
    published_at = Instant()
    changed_at = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    is_pinned = Bool()
    is_unread = Bool()
    is_withdrawn = Bool()
    attachment_count = Int()


class NoticeChangeOut(Out):
    """That it was changed after publication."""

    at = Instant()
    changed = Many(Str(), attribute="fields", data_key="fields")


class NoticeWithdrawalOut(Out):
    """That it was withdrawn."""

    at = Instant()
    reason = Str()


class NoticeOut(NoticeItemOut):
    """A notice as a reader opens it; `reads` is null below five."""

    body = Str(max_length=BODY_LENGTH)
    photos = Many(Part(PhotoLinksOut))
    attachments = Many(Part(AttachmentOut))
    changes = Many(Part(NoticeChangeOut))
    is_expired = Bool()
    reads = Int(allow_none=True)
    withdrawal = Part(NoticeWithdrawalOut, allow_none=True)


class NoticeReadOut(Out):
    """The notice's dot."""

    is_unread = Bool()


class ManagedNoticeItemOut(Out):
    """A notice in an editor's list."""

    id = Id()
    kind = Str()
    kind_name = Str()
    title = Str()
    state = Str()
    state_name = Str()
    is_told = Bool()
    is_expired = Bool()
    is_pinned = Bool()
    publish_at = Instant(allow_none=True)
    published_at = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    pinned_until = Instant(allow_none=True)
    withdrawn_at = Instant(allow_none=True)
    reads = Int()
    audience_text = Str(max_length=10_000)
    created_by_name = Str()
    created_at = Instant()


class AudienceOut(Out):
    """Whom it addresses."""

    kind = Str()
    target_id = Int()
    name = Str()


class NoticePhotoOut(Out):
    """A photo of a notice, with its id for editing."""

    id = Id()
    links = Part(PhotoLinksOut)


class DepartmentReadsOut(Out):
    """How many of a department opened it."""

    name = Str()
    reads = Int()


class NoticeEventOut(Out):
    """An entry of the history; `changes` are {field, before, after} in words."""

    at = Instant()
    step = Str()
    step_name = Str()
    actor_name = Str()
    reason = Str()
    changes = Json()


class ManagedNoticeOut(ManagedNoticeItemOut):
    """A notice as an editor opens it; `can` says which steps its state allows."""

    body = Str(max_length=BODY_LENGTH)
    revision = Int()
    audience = Many(Part(AudienceOut))
    photos = Many(Part(NoticePhotoOut))
    attachments = Many(Part(AttachmentOut))
    reads_by_department = Many(Part(DepartmentReadsOut))
    reads_elsewhere = Int()
    history = Many(Part(NoticeEventOut))
    withdrawal_reason = Str()
    can = Json()


class AddressableOut(Out):
    """Something that may be addressed."""

    id = Id()
    name = Str(max_length=1000)


class AudienceChoicesOut(Out):
    """What an editor may address."""

    is_everywhere = Bool()
    departments = Many(Part(AddressableOut), maximum=10_000)
    campuses = Many(Part(AddressableOut))
    roles = Many(Part(AddressableOut))


class SeatsIn(In):
    """On which campuses a department sits."""

    campus_ids = Many(Id(), required=True, maximum=20)


class SeatsOut(Out):
    """On which campuses a department sits."""

    department_id = Id()
    department = Str(max_length=1000)
    campus_ids = Many(Id())
