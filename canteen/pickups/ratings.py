"""What a diner can rate: the meal that was handed out and, beside it, single dishes of it."""

from typing import Final

from backend.ratings.policies import Dimension, Service

# Who is judged, in the ledger of ratings.
CANTEEN: Final = "canteen"
DISH: Final = "dish"
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
# Its subject is the first line of the order that holds the dish: one rating for a dish in several portions.
DISH_OF_MEAL: Final = Service("canteen.dish", "菜品", dimensions=(Dimension("taste", "口味"),))
# The one dimension of a dish.
TASTE: Final = DISH_OF_MEAL.dimensions[0].code
