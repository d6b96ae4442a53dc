"""Refusals of grant plans."""

from backend.errors import Conflict, Invalid, NotFound


class PlanNotFound(NotFound):
    """There is no such plan."""

    code = "canteen.grant_plan_not_found"
    message = "没有找到这个补贴计划"


class PlanNameTaken(Conflict):
    """Another plan bears the name."""

    code = "canteen.grant_plan_name_taken"
    message = "已有同名的补贴计划，请换一个名称"


class PlanAmountTooLarge(Invalid):
    """More than one deposit may be, by the rule."""

    code = "canteen.grant_plan_too_large"
    message = "每人每月补贴不能超过 {limit} 元，请核对金额"


class PlanDepartmentsWrong(Invalid):
    """A plan is for everybody, or for departments that exist."""

    code = "canteen.grant_plan_departments"
    message = "请选择全体职工，或者至少一个现有部门"


class PlanMonthsWrong(Invalid):
    """It would end before it begins."""

    code = "canteen.grant_plan_months"
    message = "截止月份不能早于起始月份"
