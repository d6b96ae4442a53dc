"""Refusals of suggested weeks."""

from backend.errors import Conflict, Invalid, NotFound


class ProposalNotFound(NotFound):
    """There is no such proposal, or it is beyond the actor's reach."""

    code = "canteen.menu_proposal_not_found"
    message = "没有找到该智慧菜单建议"


class ProposalDecided(Conflict):
    """It was adopted or dismissed before, or a newer one has replaced it."""

    code = "canteen.menu_proposal_decided"
    message = "该菜单建议已处理，不能再操作"


class PatternUnknown(Conflict):
    """The canteen has had no menu lately that would tell how many dishes of each category it serves."""

    code = "canteen.menu_pattern_unknown"
    message = "近 {days} 天没有已发布的菜单，无法推算各餐的菜品结构，请先排一周菜单"


class NothingToPropose(Conflict):
    """Each day of the week is over, closed, or has its menus published already."""

    code = "canteen.menu_nothing_to_propose"
    message = "该周没有可以建议的餐次：日期已过、食堂不开放，或菜单已发布"


class MealNotProposed(Invalid):
    """The proposal has no such meal."""

    code = "canteen.menu_meal_not_proposed"
    message = "该建议中没有{date}的这一餐"
