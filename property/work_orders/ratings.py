"""What a reporter can rate: the repair."""

from typing import Final

from backend.ratings.policies import Dimension, Service

# Who is judged, in the ledger of ratings: a contractor, or a group of the house's own.
CONTRACTOR: Final = "contractor"
GROUP: Final = "work_group"
REPAIR: Final = Service(
    "property.work_order",
    "报修服务",
    dimensions=(
        Dimension("speed", "响应速度"),
        Dimension("quality", "维修质量"),
        Dimension("attitude", "服务态度"),
    ),
)
