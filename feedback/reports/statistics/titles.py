"""What people read for the statistics."""

from collections.abc import Mapping
from typing import Final

from feedback.reports.statistics.policies import By

BY_NAMES: Final[Mapping[By, str]] = {
    By.CATEGORY: "类别",
    By.KIND: "类型",
    By.CAMPUS: "院区",
    By.OFFICE: "承办单位",
    By.MONTH: "月份",
}
