"""Refusals around meals by weight."""

from backend.errors import Conflict, Forbidden, NotFound


class WeighedMealNotFound(NotFound):
    """No such meal by weight, or somebody else's."""

    code = "waste.weighed_meal_not_found"
    message = "没有找到该称重用餐记录"


class BalanceLow(Conflict):
    """The balance is below what the canteen asks for before a meal by weight."""

    code = "waste.balance_low"
    message = "餐费余额不足 {minimum} 元，请充值后再取餐（称重用餐按实际重量扣款）"


class UnpaidMeal(Conflict):
    """An earlier meal by weight is not paid yet."""

    code = "waste.unpaid_meal"
    message = "还有称重用餐未扣款（欠 {owed} 元），请充值后再取餐"


class AlreadyObjected(Conflict):
    """One objects to a meal once."""

    code = "waste.already_objected"
    message = "已对本餐提出过异议，不能重复提出"


class ObjectionClosed(Conflict):
    """The days for an objection are over."""

    code = "waste.objection_closed"
    message = "已超过提出异议的期限"


class WaivedTooMuch(Conflict):
    """More cannot be let go than the meal costs."""

    code = "waste.waived_too_much"
    message = "减免金额不能超过本餐金额 {amount} 元"


class OwnWeighedMeal(Forbidden):
    """One's own meal is decided by somebody else."""

    code = "waste.own_weighed_meal"
    message = "不能处理自己的异议，请由其他管理人员处理"
