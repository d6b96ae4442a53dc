"""What figures are told apart by, and what ages of open orders are called."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class By(StrEnum):
    """What the figures are told apart by."""

    CATEGORY = "category"
    BUILDING = "building"
    CONTRACTOR = "contractor"
    GROUP = "group"
    MONTH = "month"


class Age(StrEnum):
    """How long ago an open order was reported."""

    DAY = "day"
    THREE_DAYS = "three_days"
    WEEK = "week"
    MONTH = "month"
    OLDER = "older"


BY_NAMES: Final[Mapping[By, str]] = {
    By.CATEGORY: "报修类别",
    By.BUILDING: "楼栋",
    By.CONTRACTOR: "服务商",
    By.GROUP: "班组",
    By.MONTH: "月份",
}
AGE_NAMES: Final[Mapping[Age, str]] = {
    Age.DAY: "1 天内",
    Age.THREE_DAYS: "1–3 天",
    Age.WEEK: "3–7 天",
    Age.MONTH: "7–30 天",
    Age.OLDER: "30 天以上",
}
# Each age ends so many days after the report; the last one never does.
AGE_DAYS: Final[Mapping[Age, int]] = {Age.DAY: 1, Age.THREE_DAYS: 3, Age.WEEK: 7, Age.MONTH: 30}
