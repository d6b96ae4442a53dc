"""What the counter keeps about one person, for the copy that PIPL §45 grants; rows under Chinese names."""

from typing import Any

from canteen.menu import queries as menu_queries
from canteen.ordering.pauses import queries as pauses
from canteen.ordering.policies import meal_name, order_number
from canteen.pickups.no_shows import queries as no_shows
from canteen.pickups.no_shows.models import NoShowState
from canteen.pickups.no_shows.policies import STATE_NAMES


def missed_of(staff_id: int) -> list[dict[str, Any]]:
    """A person's missed meals, with appeals and decisions."""
    return [
        {
            "订单号": order_number(row["order_id"], row["served_on"]),
            "餐次": meal_name(row["served_on"], row["period"]),
            "状态": STATE_NAMES[NoShowState(row["state"])],
            "当时请假或出差": row["was_absent"],
            "记录时间": row["recorded_at"],
            "申诉理由": row["appeal_reason"],
            "申诉时间": row["appealed_at"],
            "答复": row["answer"],
            "答复时间": row["decided_at"],
        }
        for row in no_shows.export_of(staff_id)
    ]


def pauses_of(staff_id: int) -> list[dict[str, Any]]:
    """When a person's advance orders were paused, and why."""
    names = {canteen.id: canteen.name for canteen in menu_queries.places_with_rules()}
    return [
        {
            "食堂": names[row["canteen_id"]],
            "未取餐次数": row["missed"],
            "自": row["from_at"],
            "至": row["until_at"],
            "提前解除": row["lifted_at"],
        }
        for row in pauses.export_of(staff_id)
    ]
