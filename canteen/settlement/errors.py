"""Refusals of settlements."""

from backend.errors import Conflict, Invalid, NotFound


class SettlementNotFound(NotFound):
    """There is no such settlement, or it is another canteen's."""

    code = "canteen.settlement_not_found"
    message = "没有找到该结算单"


class SettlementNotReady(Conflict):
    """The month is not over, or something of it is open. `reasons` says what."""

    code = "canteen.settlement_not_ready"
    message = "{month_name}暂不能结账：{why}"


class SettlementClosed(Conflict):
    """The month was closed before."""

    code = "canteen.settlement_closed"
    message = "{month_name}已经结账，不能重复办理"


class SettlementConfirmed(Conflict):
    """Both sides confirmed it before."""

    code = "canteen.settlement_confirmed"
    message = "该结算单已由双方确认，不能再次确认"


class ConfirmedTooEarly(Invalid):
    """The day of the signatures lies before the closing or in the future."""

    code = "canteen.settlement_confirmed_on"
    message = "确认日期应在结账日期（{closed_on}）与今天之间"
