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
    """Nobody handles their own account."""

    code = "canteen.own_account"
    message = "不能办理本人账户的充值、补贴、更正或支取，请由其他管理人员办理"


class DepositTooLarge(Invalid):
    """More than one deposit may be, by the rule."""

    code = "canteen.deposit_too_large"
    message = "单笔充值或补贴不能超过 {limit} 元，请核对金额"


class AccountClosed(Conflict):
    """Its holder is suspended or has left."""

    code = "canteen.account_closed"
    message = "该职工已停用或离职，不能再充值或发放补贴"


class EntryNotFound(NotFound):
    """There is no such entry."""

    code = "canteen.entry_not_found"
    message = "没有找到这笔账户记录"


class NotCorrectable(Conflict):
    """It is an entry of another kind: an order is cancelled or refunded where it was placed."""

    code = "canteen.entry_not_correctable"
    message = "这类记录不能在此更正，只能更正补贴、充值和工资代扣；订餐请在订单中退订"


class CorrectionTooLarge(Conflict):
    """More than the entry, minus what was corrected of it before."""

    code = "canteen.correction_too_large"
    message = "这笔记录还可更正 {left} 元，不能再更正 {wanted} 元"


class BucketShort(Conflict):
    """The bucket holds less than is to be taken out of it."""

    code = "canteen.bucket_short"
    message = "{bucket_name}余额只有 {available} 元，不足 {wanted} 元"


class AccountStillUsed(Conflict):
    """Only the account of somebody who has left is closed."""

    code = "canteen.account_still_used"
    message = "该职工未办理离职，不能结清账户"


class AccountEmpty(Conflict):
    """There is nothing to settle."""

    code = "canteen.account_empty"
    message = "该账户余额为零，无须结清"
