"""Refusals around entries."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class MealInFuture(Conflict):
    """The meal is still to come, or has not begun."""

    code = "waste.meal_in_future"
    message = "该餐次尚未开始，不能登记"


class EntryTooLate(Conflict):
    """The day is longer ago than the canteen allows."""

    code = "waste.entry_too_late"
    message = "只能登记 {earliest} 及以后的餐次，请联系管理人员"


class NoSuchMeal(NotFound):
    """The canteen serves no such meal."""

    code = "waste.no_such_meal"
    message = "本食堂没有该餐次"


class NeedsConfirmation(Conflict):
    """Something looks implausible; the same once more with `is_confirmed` saves it."""

    code = "waste.needs_confirmation"
    message = "有 {count} 处数据需要确认：{first}"


class UnknownContainer(Invalid):
    """The container is none of this canteen's."""

    code = "waste.entry_container_unknown"
    message = "没有找到该容器，请刷新后重试"


class TareExceedsGross(Invalid):
    """The tare is more than the gross weight."""

    code = "waste.entry_tare_gt_gross"
    message = "皮重（{tare_g} 克）大于毛重（{gross_g} 克），请检查"


class StageInvalid(Invalid):
    """The stage and what is said of it do not fit."""

    code = "waste.entry_stage_invalid"
    message = "{reason}"


class EntryNotFound(NotFound):
    """No such entry, or one out of reach."""

    code = "waste.entry_not_found"
    message = "没有找到该登记记录"


class NotOwnEntry(Forbidden):
    """Somebody else's entry, or one of an earlier day, is a manager's to take back."""

    code = "waste.not_own_entry"
    message = "只能撤回本人当天登记的记录，其他的请由食堂管理人员撤回"
