"""What the figures are told apart by, in words."""

from collections.abc import Mapping
from typing import Final

from meeting.statistics.policies import By

BY_NAMES: Final[Mapping[By, str]] = {
    By.DAY: "日期",
    By.WEEK: "周",
    By.MONTH: "月份",
    By.CAMPUS: "院区",
    By.ROOM: "会议室",
    By.DEPARTMENT: "部门",
    By.HOUR: "时段",
}
WEEKDAY_NAMES: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
SMALL_DEPARTMENTS: Final = "其他部门（不足 5 人）"
