"""The templates of the demo, as the WeChat simulator has them."""

from typing import Any, Final

DEMO: Final[dict[str, Any]] = {
    "default": {
        "canteen.pickup_reminder": {
            "template_id": "demo-pickup-reminder",
            "keys": ["thing1", "time2", "character_string3", "thing4"],
            "fields": {
                "canteen": "thing1",
                "time": "time2",
                "number": "character_string3",
                "dishes": "thing4",
            },
        },
        "canteen.menu_published": {
            "template_id": "demo-menu-published",
            "keys": ["thing1", "thing2"],
            "fields": {"canteen": "thing1", "days": "thing2"},
        },
        "canteen.dish_withdrawn": {
            "template_id": "demo-dish-withdrawn",
            "keys": ["thing1", "thing2", "thing3", "amount4"],
            "fields": {"dish": "thing1", "meal": "thing2", "reason": "thing3", "refund": "amount4"},
        },
    }
}
