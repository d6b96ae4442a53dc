"""Refusals of ordering meals for meetings."""

from backend.errors import Conflict, Invalid


class MealOtherDay(Invalid):
    """The meal is not on a day of the meeting."""

    code = "meeting.meal_other_day"
    message = "用餐日期应为会议当天"


class DinerNotAttending(Invalid):
    """A meal is ordered for somebody who does not attend."""

    code = "meeting.diner_not_attending"
    message = "只能为会议组织人和参会的本单位职工订工作餐"


class MealRefused(Conflict):
    """The canteen refuses one diner's meal; nothing was ordered for anybody."""

    code = "meeting.meal_refused"
    message = "{name}的工作餐未能预订：{reason}（所有人的均未预订）"
