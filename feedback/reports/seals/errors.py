"""Refusals of the seals."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class SealRequestNotFound(NotFound):
    """There is no such request, or it is not the actor's to know of."""

    code = "feedback.seal_request_not_found"
    message = "没有找到该身份查看申请"


class NothingSealed(Invalid):
    """The report bears its reporter's name, has none, or the name was forgotten."""

    code = "feedback.nothing_sealed"
    message = "该诉求没有可查看的匿名身份"


class SealWaits(Conflict):
    """Somebody has asked, and nobody has decided yet."""

    code = "feedback.seal_waits"
    message = "该诉求已有一份身份查看申请待审批"


class SealDecided(Conflict):
    """It was decided already."""

    code = "feedback.seal_decided"
    message = "该身份查看申请已经审批"


class SealNotYours(Forbidden):
    """One does not decide what one asked for, and nobody else looks."""

    code = "feedback.seal_not_yours"
    message = "申请须由另一名保管人审批，并由申请人本人查看"


class SealClosed(Conflict):
    """It was refused, looked at once already, or not in time."""

    code = "feedback.seal_closed"
    message = "该申请未获同意、已经查看过，或已超过查看时限"
