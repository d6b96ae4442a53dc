"""Wire shapes of deductions and appeals. Points are numbers of at most one decimal."""

from typing import Any, Final

from marshmallow import ValidationError, validates

from backend.media.schemas import PhotoLinksOut
from backend.wire import (
    Bool,
    Choice,
    Date,
    Id,
    In,
    Instant,
    Many,
    Month,
    Out,
    PageQuery,
    Part,
    Str,
    Tenths,
)
from property.assessments.models import TEXT_LENGTH, AppealState
from property.assessments.policies import MOST_ORDERS, MOST_PHOTOS

OUTCOMES: Final = (AppealState.UPHELD, AppealState.PARTLY, AppealState.REJECTED)


class DeductionsQuery(PageQuery):
    """Which deductions."""

    assessment_id = Id()
    contractor_id = Id()
    month = Month()
    appeal_state = Choice(AppealState)
    is_appeal_open = Bool()


class DeductionIn(In):
    """Points of an item, why, and what proves it."""

    item_id = Id(required=True)
    points = Tenths(required=True, maximum=100)
    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)
    happened_on = Date(required=True)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)
    order_ids = Many(Id(), maximum=MOST_ORDERS, load_default=list)


class DeductionWithdrawalIn(In):
    """Why it was a mistake."""

    reason = Str(required=True, min_length=1, max_length=TEXT_LENGTH)


class DeductionAppealIn(In):
    """Why the deduction is wrong."""

    text = Str(required=True, min_length=1, max_length=2000)
    photo_ids = Many(Id(), maximum=MOST_PHOTOS, load_default=list)


class DeductionOutcomeIn(In):
    """What becomes of the deduction: upheld (it falls), partly (`left` points stay), rejected (it stands)."""

    outcome = Choice(AppealState, required=True)
    left = Tenths(load_default=None, allow_none=True, maximum=100)
    text = Str(required=True, min_length=1, max_length=TEXT_LENGTH)

    @validates("outcome")
    def is_an_outcome(self, value: AppealState, **kwargs: Any) -> None:
        """Only what ends an appeal."""
        if value not in OUTCOMES:
            raise ValidationError(f"应为以下之一：{', '.join(OUTCOMES)}")


class LinkedOrderOut(Out):
    """A work order that proves a deduction."""

    id = Id()
    number = Str()


class DeductionAppealOut(Out):
    """An appeal; `proposed` and `decided` are the points that should, and do, stay."""

    id = Id()
    deduction_id = Id()
    state = Choice(AppealState)
    state_name = Str()
    text = Str()
    photos = Many(Part(PhotoLinksOut))
    filed_at = Instant()
    filed_by_name = Str()
    proposed = Tenths(allow_none=True)
    review = Str()
    reviewed_at = Instant(allow_none=True)
    reviewed_by_name = Str()
    decided = Tenths(allow_none=True)
    decision = Str()
    decided_at = Instant(allow_none=True)
    decided_by_name = Str()


class DeductionOut(Out):
    """A deduction; `standing` is what is left of it.

    `can` is among appeal, withdraw_appeal, withdraw, review, decide.
    """

    id = Id()
    assessment_id = Id()
    contract_id = Id()
    contractor_id = Id()
    contractor_name = Str()
    month = Month()
    item_id = Id()
    item_number = Str()
    item_title = Str()
    points = Tenths()
    standing = Tenths()
    reason = Str()
    happened_on = Date()
    made_at = Instant()
    made_by_name = Str()
    appeal_until = Instant()
    withdrawn_at = Instant(allow_none=True)
    withdrawn_by_name = Str()
    withdrawal_reason = Str()
    photos = Many(Part(PhotoLinksOut))
    orders = Many(Part(LinkedOrderOut))
    appeal = Part(DeductionAppealOut, allow_none=True)
    can = Many(Str())
