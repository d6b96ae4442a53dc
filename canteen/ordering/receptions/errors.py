"""Refusals of receptions."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class ReceptionNotFound(NotFound):
    """There is no such reception, or the actor neither filed it nor manages its canteen's receptions."""

    code = "canteen.reception_not_found"
    message = "没有找到该公务接待"


class LetterNeeded(Invalid):
    """What stands for the letter's number cannot be one."""

    code = "canteen.reception_letter_needed"
    message = "无公函一律不接待：请如实填写公函文号，如“×办函〔2026〕12号”"


class LetterTaken(Conflict):
    """The same letter has a reception at the same meal."""

    code = "canteen.reception_letter_taken"
    message = "同一公函在这一餐已有公务接待，请勿重复申请"


class SubjectNeeded(Invalid):
    """Whoever says "other" says what."""

    code = "canteen.reception_subject_needed"
    message = "公务活动类型为“其他”时，请填写公务事由"


class ReceptionPeriodNotServed(Invalid):
    """The canteen does not serve this period on this day."""

    code = "canteen.reception_period_not_served"
    message = "该食堂当天不供应这一餐，请选择其他餐别或日期"


class ReceptionTooLate(Conflict):
    """The canteen's lead time has begun."""

    code = "canteen.reception_too_late"
    message = "公务接待须在供餐前 {minutes} 分钟以前申请、修改或取消，现已截止，请联系食堂"


class TooManyCompanions(Invalid):
    """More companions than the number of guests allows."""

    code = "canteen.reception_too_many_companions"
    message = "来宾 {guests} 人，陪餐最多 {limit} 人，当前为 {wanted} 人"


class StandardTooHigh(Invalid):
    """The standard lies above the canteen's limit."""

    code = "canteen.reception_standard_too_high"
    message = "接待标准不能超过每人 {limit} 元"


class OverStandard(Invalid):
    """The dishes cost more per head than the standard."""

    code = "canteen.reception_over_standard"
    message = "菜品合计 {total} 元，{heads} 人按每人 {standard} 元的标准最多 {limit} 元，请调整菜品"


class ReceptionDishUnknown(Invalid):
    """A dish is not in this canteen's library, or not for sale."""

    code = "canteen.reception_dish_unknown"
    message = "所选菜品不在该食堂的菜品库中或暂不供应，请重新选择"


class ReceptionFree(Invalid):
    """The dishes together cost nothing, so that there would be nothing to account for."""

    code = "canteen.reception_free"
    message = "所选菜品合计为 0 元，请选择计价的菜品"


class DishForbidden(Invalid):
    """A dish is alcohol, tobacco, or one of those that the canteen lists as luxury."""

    code = "canteen.reception_dish_forbidden"
    message = "「{dish}」属于{what}，公务接待不得提供"


class TextForbidden(Invalid):
    """A text asks for alcohol, tobacco or luxury dishes."""

    code = "canteen.reception_text_forbidden"
    message = "“{found}”涉及{what}，公务接待不得提供；如属误判，请换一种说法"


class ReceptionRepeated(Invalid):
    """A dish or a companion is named twice."""

    code = "canteen.reception_repeated"
    message = "{what}重复，请合并或删去"


class CompanionUnknown(Invalid):
    """Nobody active on the roster has this number."""

    code = "canteen.reception_companion_unknown"
    message = "没有找到工号为 {staff_nos} 的在职职工"


class ReceptionStateConflict(Conflict):
    """The transition table does not know this step."""

    code = "canteen.reception_state"
    message = "该公务接待当前为「{state_name}」，不能进行此操作"


class ReceptionChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "canteen.reception_changed"
    message = "该公务接待刚刚被修改过，请刷新后重新确认"


class OwnReception(Forbidden):
    """Nobody decides on, or registers as served, what they asked for or dine at themselves."""

    code = "canteen.own_reception"
    message = "不能审批或登记本人申请、本人陪餐的公务接待，请由其他管理人员办理"


class ReceptionBegun(Conflict):
    """The meal has begun: it is too late for an approval."""

    code = "canteen.reception_begun"
    message = "该餐已开始供应，不能事后补批"


class ReceptionNotYet(Conflict):
    """The meal has not begun: nobody can have come."""

    code = "canteen.reception_not_yet"
    message = "该餐尚未开始供应，请在用餐后登记实到人数"


class TooManyUnannounced(Conflict):
    """More guests came than the approval allows for."""

    code = "canteen.reception_too_many_unannounced"
    message = "实到来宾 {came} 人，比批准的 {guests} 人多出的人数超过 {limit} 人，请补充公函另行申请"


class ReasonNeeded(Invalid):
    """Who cancels somebody else's request says why."""

    code = "canteen.reception_reason_needed"
    message = "请填写取消原因，申请人会看到"
