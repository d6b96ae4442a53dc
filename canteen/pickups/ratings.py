"""What a diner can rate: the meal that was handed out."""

from typing import Final

from backend.ratings.policies import Dimension, Service

# Who is judged, in the ledger of ratings.
CANTEEN: Final = "canteen"
MEAL: Final = Service(
    "canteen.order",
    "用餐",
    dimensions=(
        Dimension("taste", "口味"),
        Dimension("portion", "份量"),
        Dimension("temperature", "温度"),
        Dimension("service", "服务"),
        Dimension("hygiene", "卫生"),
    ),
)
