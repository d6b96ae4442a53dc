"""Refusals of the board of found things."""

from backend.errors import Conflict, Invalid, NotFound


class FoundThingNotFound(NotFound):
    """There is no such thing on the board."""

    code = "feedback.found_not_found"
    message = "没有找到该招领物品"


class FoundThingState(Conflict):
    """The thing no longer waits for its owner."""

    code = "feedback.found_state"
    message = "该物品{state_name}，不能再进行此操作"


class FoundDateInvalid(Invalid):
    """A thing was found today, or within the year before."""

    code = "feedback.found_date_invalid"
    message = "拾获日期应在今天以前的一年以内"


class FoundPlaceNeeded(Invalid):
    """The board says where a thing was found."""

    code = "feedback.found_place_needed"
    message = "请选择或填写拾获地点"


class AlreadyClaimed(Conflict):
    """The person has claimed the thing, and the claim is still open."""

    code = "feedback.found_claimed_already"
    message = "您已提交过该物品的认领申请，请等待核对"


class ClaimUnknown(Invalid):
    """A thing is handed over to one of those who claimed it."""

    code = "feedback.found_claim_unknown"
    message = "该申请不是对此物品的认领"
