"""Refusals of weighings."""

from backend.errors import Conflict, Invalid, NotFound


class EventInvalid(Invalid):
    """A field of an event is missing, or is not what it should be."""

    code = "waste.event_invalid"
    message = "称重记录的 {field} 有误：{reason}"


class ContainerUnknown(Invalid):
    """No container of this code is registered; once it is, the event may be sent again."""

    code = "waste.container_unknown"
    message = "没有登记编码为「{container}」的容器，登记后可重新上传"


class DishUnknown(Invalid):
    """The dish is not one of this canteen."""

    code = "waste.dish_unknown"
    message = "菜品 {dish_id} 不属于该食堂"


class TareMissing(Invalid):
    """Neither the event nor a registered container says what is to be taken off."""

    code = "waste.tare_missing"
    message = "缺少皮重：请上传皮重，或先登记容器"


class MealUnknown(Invalid):
    """The canteen served nothing about that time."""

    code = "waste.meal_unknown"
    message = "称重时间附近没有供餐，无法判断餐次"


class SeqReused(Conflict):
    """The device has sent another event under this number before."""

    code = "waste.seq_reused"
    message = "该设备已用编号 {seq} 上传过不同的内容"


class WeighingNotFound(NotFound):
    """There is no such weighing, or it is beyond the actor's reach."""

    code = "waste.weighing_not_found"
    message = "没有找到该称重记录"


class AlreadyVoided(Conflict):
    """The weighing was taken back before, or is itself what takes another back."""

    code = "waste.weighing_not_standing"
    message = "该称重记录已作废，不能再处理"


class NotQuarantined(Conflict):
    """The weighing counts already, or was decided."""

    code = "waste.not_quarantined"
    message = "该称重记录不在待核实之列"


class StillQuarantined(Conflict):
    """What is held back is released or discarded, not corrected."""

    code = "waste.still_quarantined"
    message = "该称重记录待核实，请先核实处理"


class MealIncomplete(Invalid):
    """A meal is named by its day and its period."""

    code = "waste.meal_incomplete"
    message = "请同时指明日期和餐别"


class MealNotBegun(Invalid):
    """A weighing belongs to a meal of today or before."""

    code = "waste.meal_not_begun"
    message = "餐次日期不能晚于今天"


class GramsNeeded(Invalid):
    """The scale was overloaded, or said less than the container weighs: only a person knows the grams."""

    code = "waste.grams_needed"
    message = "该记录没有可用的重量，请填写净重后再采用"
