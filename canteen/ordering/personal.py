"""What ordering keeps about one person, for the copy that PIPL §45 grants; rows under Chinese names."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from backend.db import db
from backend.money import yuan
from canteen.menu.models import Canteen, Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.models import Dining, Order, OrderState
from canteen.ordering.policies import DINING_NAMES, STATE_NAMES, line_text, order_number


def export_of(staff_id: int) -> list[dict[str, Any]]:
    """A person's orders, the earliest first; two statements."""
    rows = db.session.execute(
        select(Order, Canteen.name)
        .join(Canteen, Canteen.id == Order.canteen_id)
        .where(Order.staff_id == staff_id)
        .options(selectinload(Order.lines))
        .order_by(Order.served_on, Order.id)
    )
    return [
        {
            "订单号": order_number(order.id, order.served_on),
            "日期": order.served_on,
            "餐别": PERIOD_NAMES[Period(order.period)],
            "食堂": canteen,
            "菜品": "、".join(line_text(line.dish_name, line.portion, line.quantity) for line in order.lines),
            "金额（元）": yuan(order.total_fen),
            "用餐方式": DINING_NAMES[Dining(order.dining)],
            "备注": order.note,
            "状态": STATE_NAMES[OrderState(order.state)],
            "下单时间": order.placed_at,
            "取餐时间": order.picked_up_at,
            "取消时间": order.cancelled_at,
        }
        for order, canteen in rows
    ]
