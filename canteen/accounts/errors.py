"""Refusals of the meal account."""

from backend.errors import Conflict, NotFound


class BalanceShort(Conflict):
    """All buckets together hold less than is to be paid."""

    code = "canteen.balance_short"
    message = "餐费余额不足：需支付 {needed} 元，可用余额 {available} 元，请先充值或减少菜品"


class AccountNotFound(NotFound):
    """There is no such member of staff to give an account to."""

    code = "canteen.account_not_found"
    message = "没有找到该职工的餐费账户"
