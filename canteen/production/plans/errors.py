"""Refusals of preparation plans."""

from backend.errors import Conflict, Invalid, NotFound


class PlanNotFound(NotFound):
    """There is no such plan, or it is beyond the actor's reach."""

    code = "canteen.plan_not_found"
    message = "没有找到该备餐计划"


class PlanExists(Conflict):
    """The meal has a plan; `plan_id` names it."""

    code = "canteen.plan_exists"
    message = "该餐次已有备餐计划"


class PlanNeedsMenu(Conflict):
    """The menu of the meal is a draft: nobody knows yet what is cooked."""

    code = "canteen.plan_needs_menu"
    message = "该餐次的菜单尚未发布，不能编制备餐计划"


class PlanStateConflict(Conflict):
    """The transition table does not know this step."""

    code = "canteen.plan_state"
    message = "备餐计划当前的状态（{state}）不允许此操作"


class PlanChanged(Conflict):
    """Somebody else changed the plan since it was shown; `revision` is how it stands now."""

    code = "canteen.plan_changed"
    message = "备餐计划刚刚被其他人修改过，您的改动没有保存；请重新打开后再改"


class PlanRecorded(Conflict):
    """What was cooked is recorded: the plan stays as it was confirmed."""

    code = "canteen.plan_recorded"
    message = "已登记实际出品，备餐计划不能再退回修改"


class PlanBelowBookings(Conflict):
    """Less is planned than is booked; `dishes` says of what. A reason makes it possible."""

    code = "canteen.plan_below_bookings"
    message = "计划量低于已订数量：{names}；如确需如此，请说明原因"


class PlanIncomplete(Conflict):
    """Dishes that were planned and of which nothing is recorded."""

    code = "canteen.plan_incomplete"
    message = "还有菜品未登记实际出品：{names}"


class PlanDishUnknown(NotFound):
    """The plan has no such dish."""

    code = "canteen.plan_dish_unknown"
    message = "备餐计划中没有该菜品"


class BatchesWrong(Invalid):
    """The batches of a dish are not what is cooked of it, or lie outside of the day."""

    code = "canteen.batches_wrong"
    message = "「{dish}」的分批有误：{reason}"


class OutcomeWrong(Invalid):
    """More was left than cooked, more kept than left, or it ran out on another day."""

    code = "canteen.outcome_wrong"
    message = "登记的数量有误：{reason}"


class NothingNeeded(Conflict):
    """No dish of the plan has a recipe and a quantity."""

    code = "canteen.plan_needs_nothing"
    message = "计划中的菜品没有配方或数量，无法计算所需食材"
