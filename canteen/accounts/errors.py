"""Refusals of the meal account."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class BalanceShort(Conflict):
    """All buckets together hold less than is to be paid."""

    code = "canteen.balance_short"
    message = "餐费余额不足：需支付 {needed} 元，可用余额 {available} 元，请先充值或减少菜品"


class AccountNotFound(NotFound):
    """There is no such member of staff to give an account to."""

    code = "canteen.account_not_found"
    message = "没有找到该职工的餐费账户"


class OwnAccount(Forbidden):
    """Nobody credits their own account."""

    code = "canteen.own_account"
    message = "不能为本人账户充值或发放补贴，请由其他管理人员办理"


class DepositTooLarge(Invalid):
    """More than one deposit may be, by the rule."""

    code = "canteen.deposit_too_large"
    message = "单笔充值或补贴不能超过 {limit} 元，请核对金额"


class AccountClosed(Conflict):
    """Its holder is suspended or has left."""

    code = "canteen.account_closed"
    message = "该职工已停用或离职，不能再充值或发放补贴"
