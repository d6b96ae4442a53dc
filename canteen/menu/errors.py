"""Refusals of the menu."""

from backend.errors import Conflict, Invalid, NotFound
from backend.media.errors import PhotoNotFound


class CanteenNotFound(NotFound):
    """There is no such canteen, or it is beyond the actor's reach."""

    code = "canteen.canteen_not_found"
    message = "没有找到该食堂"


class CanteenExists(Conflict):
    """There is a canteen of this name."""

    code = "canteen.canteen_exists"
    message = "已有名为「{name}」的食堂"


class CanteenInactive(Conflict):
    """The canteen has been closed down; nothing is published for it."""

    code = "canteen.canteen_inactive"
    message = "该食堂已停用"


class MealNotFound(NotFound):
    """No menu was made for this canteen, day and period."""

    code = "canteen.meal_not_found"
    message = "该餐次没有菜单"


class MealFrozen(Conflict):
    """The prep list is made; the menu stays as it is."""

    code = "canteen.meal_frozen"
    message = "该餐次已截止并生成备餐单，菜单不能再修改"


class MealChanged(Conflict):
    """Somebody else changed the meal since it was shown; `revision` is how it stands now."""

    code = "canteen.meal_changed"
    message = "该餐次的菜单刚刚被其他人修改过，您的改动没有保存；请重新打开后再改"


class MealStateConflict(Conflict):
    """The transition table does not know this step."""

    code = "canteen.meal_state"
    message = "该餐次当前的状态不允许此操作"


class DishNotFound(NotFound):
    """The address names no dish, or one beyond the actor's reach."""

    code = "canteen.dish_not_found"
    message = "没有找到该菜品"


class UnknownDish(Invalid):
    """The body names a dish that the canteen does not have. The same code, as it says the same."""

    code = DishNotFound.code
    message = "菜品不存在，或不属于该食堂"


class UnknownPhoto(Invalid):
    """The body names a photo that the actor did not upload, or that belongs to something already."""

    code = PhotoNotFound.code
    message = "没有找到该图片，请重新上传"


class DishExists(Conflict):
    """The canteen has a dish of this name."""

    code = "canteen.dish_exists"
    message = "该食堂已有名为「{name}」的菜品"


class DishOnMenu(Conflict):
    """A published meal that is still to come offers the dish."""

    code = "canteen.dish_on_menu"
    message = "「{name}」已列入 {date} 的已发布菜单，不能停用，也不能撤去价格或过敏原信息"


class DuplicateDish(Invalid):
    """The same dish stands twice in one list."""

    code = "canteen.duplicate_dish"
    message = "同一菜品在清单中重复出现，请合并"


class DishTaken(Conflict):
    """Orders refer to the dish, so that it cannot leave the menu."""

    code = "canteen.dish_taken"
    message = "「{dish}」已有订单，不能从菜单中移除；如不再供应，可把份数改为已订数量"


class CapBelowTaken(Conflict):
    """More is ordered than the new cap allows. `taken` is in standard portions."""

    code = "canteen.cap_below_taken"
    message = "「{dish}」已订出 {taken} 份，供应份数不能改为 {cap} 份"


class InvalidPortions(Invalid):
    """The portions contradict the dish's price and weight, or one another."""

    code = "canteen.invalid_portions"
    message = "份型有误：{reason}"


class PeriodNotConfigured(Invalid):
    """The canteen does not serve this period."""

    code = "canteen.period_not_configured"
    message = "该食堂未设置或已停用此餐别"


class InvalidPeriod(Invalid):
    """The rules of a period contradict one another."""

    code = "canteen.invalid_period"
    message = "餐别设置有误：{reason}"


class PastDate(Invalid):
    """Menus are made for today and later."""

    code = "canteen.past_date"
    message = "{date} 已过，不能再编排菜单"


class InvalidDateRange(Invalid):
    """The range is reversed or too long."""

    code = "canteen.invalid_date_range"
    message = "日期范围有误：结束日期不能早于开始日期，且最多 {days} 天"


class SameWeek(Invalid):
    """A week is not copied onto itself."""

    code = "canteen.same_week"
    message = "来源周与目标周相同，请选择另一周"


class MenuNotPublishable(Conflict):
    """Something stands against publishing; `problems` says what, meal by meal."""

    code = "canteen.menu_not_publishable"
    message = "菜单有 {count} 处问题，请改正后再发布"
