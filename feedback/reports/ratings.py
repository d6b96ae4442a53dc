"""What a reporter can rate: how a report was handled."""

from typing import Final

from backend.ratings.policies import Dimension, Service

# Who is judged, in the ledger of ratings: a handling office; 0 is the desk that answered by itself.
OFFICE: Final = "office"
HANDLING: Final = Service(
    "feedback.report",
    "诉求办理",
    dimensions=(
        Dimension("speed", "办理速度"),
        Dimension("attitude", "服务态度"),
        Dimension("result", "办理结果"),
    ),
    is_sealed=True,  # Its raters may be unnamed reporters.
)
