"""Refusals among colleagues. Of a colleague's money none of them tells a figure."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from canteen.accounts.errors import BalanceShort
from canteen.ordering.errors import AlreadyOrdered


class ColleagueNotFound(NotFound):
    """Nobody who works here has this number."""

    code = "canteen.colleague_not_found"
    message = "没有找到工号为「{staff_no}」的在职职工，请核对"


class ColleagueOneself(Invalid):
    """One is no colleague of oneself."""

    code = "canteen.colleague_oneself"
    message = "请选择同事，不能选择本人"


class ColleagueAbsent(Conflict):
    """Who is on leave or away eats nothing here; that they are is told to no colleague."""

    code = "canteen.colleague_absent"
    message = "{name}当日不便用餐，不能为其订餐或转让订单"


class ColleagueAlreadyOrdered(AlreadyOrdered):
    """The colleague has an active order for that day and period."""

    code = AlreadyOrdered.code
    message = "{name}已订过当天的这一餐，不能重复订餐"


class ColleagueBalanceShort(BalanceShort):
    """The colleague's account does not hold as much; how much it holds is not said."""

    code = BalanceShort.code
    message = "{name}的餐费余额不足以支付该订单"


class TooManyLookups(TooMany):
    """Somebody looks for colleagues as if for a list of all."""

    code = "canteen.too_many_lookups"
    message = "查找同事过于频繁（每小时最多 {limit} 次），请稍后再试"


class ConsentNotFound(NotFound):
    """There is no such consent, or it is other people's."""

    code = "canteen.consent_not_found"
    message = "没有找到该代订授权"


class ConsentPast(Invalid):
    """Its last day lies behind us."""

    code = "canteen.consent_past"
    message = "授权的截止日期不能早于今天"


class NoConsent(Forbidden):
    """The colleague has not allowed it, or not any more. Nobody is named: numbers are easily guessed."""

    code = "canteen.no_consent"
    message = "该同事尚未授权您代订，请其在「服务」的「代订与转让」中授权后再试"


class TransferNotFound(NotFound):
    """There is no such transfer, or it is other people's."""

    code = "canteen.transfer_not_found"
    message = "没有找到该转让"


class TransferOpen(Conflict):
    """An offer of the order waits for an answer."""

    code = "canteen.transfer_open"
    message = "该订单已向{name}发起转让，请等待对方答复或先撤回"


class TransferNotOpen(Conflict):
    """The offer has been answered, withdrawn, or has ended."""

    code = "canteen.transfer_not_open"
    message = "该转让当前为「{state_name}」，不能进行此操作"


class TransferClosed(Conflict):
    """The meal is over."""

    code = "canteen.transfer_closed"
    message = "该餐次已经结束，订单不能再转让"
