"""What ordering keeps about one person, for the copy that PIPL §45 grants; rows under Chinese names."""

from typing import Any, TypeAlias

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, selectinload

from backend.db import db
from backend.identity.models import Staff
from backend.money import yuan
from canteen.menu.models import Canteen, Dish, Period
from canteen.menu.titles import PERIOD_NAMES
from canteen.ordering.colleagues.models import Consent, Transfer, TransferState
from canteen.ordering.colleagues.policies import STATE_NAMES as TRANSFER_STATE_NAMES
from canteen.ordering.models import Dining, Order, OrderState
from canteen.ordering.policies import DINING_NAMES, STATE_NAMES, line_text, meal_name, order_number
from canteen.ordering.receptions.models import Purpose, Reception, ReceptionCompanion, ReceptionState
from canteen.ordering.receptions.policies import PURPOSE_NAMES
from canteen.ordering.receptions.policies import STATE_NAMES as RECEPTION_STATE_NAMES
from canteen.ordering.standing.models import StandingOrder
from canteen.ordering.standing.policies import parse, weekdays_of

Rows: TypeAlias = list[dict[str, Any]]

_WEEKDAYS = "一二三四五六日"


def orders_of(staff_id: int) -> Rows:
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
            "菜品": "、".join(
                line_text(line.dish_name, line.portion, line.quantity, line.weight_g) for line in order.lines
            ),
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


def standing_orders_of(staff_id: int) -> Rows:
    """A person's standing orders with their choices; two statements."""
    found = db.session.execute(
        select(StandingOrder, Canteen.name)
        .join(Canteen, Canteen.id == StandingOrder.canteen_id)
        .where(StandingOrder.staff_id == staff_id)
        .order_by(StandingOrder.id)
    ).all()
    choices = {standing.id: parse(standing.choices) for standing, _ in found}
    wanted = {wish.dish_id for each in choices.values() for choice in each for wish in choice}
    names = dict(db.session.execute(select(Dish.id, Dish.name).where(Dish.id.in_(wanted))).all())
    return [
        {
            "食堂": canteen,
            "餐别": PERIOD_NAMES[Period(standing.period)],
            "星期": "、".join(_WEEKDAYS[day - 1] for day in weekdays_of(standing.weekdays)),
            "仅工作日": standing.workdays_only,
            "选择（按先后）": "；".join(
                "、".join(
                    line_text(names[wish.dish_id], wish.portion.value, wish.quantity) for wish in choice
                )
                for choice in choices[standing.id]
            ),
            "自": standing.from_on,
            "至": standing.until_on,
            "暂停": standing.is_paused,
            "设置时间": standing.created_at,
            "结束时间": standing.ended_at,
        }
        for standing, canteen in found
    ]


def consents_of(staff_id: int) -> Rows:
    """Who may order for a person, and for whom the person may."""
    giver, colleague = aliased(Staff), aliased(Staff)
    rows = db.session.execute(
        select(Consent, giver.name, colleague.name)
        .join(giver, giver.id == Consent.giver_id)
        .join(colleague, colleague.id == Consent.colleague_id)
        .where(or_(Consent.giver_id == staff_id, Consent.colleague_id == staff_id))
        .order_by(Consent.id)
    )
    return [
        {
            "授权人": giver_name,
            "可代订的同事": colleague_name,
            "授权时间": consent.given_at,
            "有效至": consent.until_on,
            "撤销时间": consent.revoked_at,
        }
        for consent, giver_name, colleague_name in rows
    ]


def transfers_of(staff_id: int) -> Rows:
    """Orders that were handed over, or offered, by a person or to them."""
    giver, receiver = aliased(Staff), aliased(Staff)
    rows = db.session.execute(
        select(Transfer, Order.served_on, Order.period, giver.name, receiver.name)
        .join(Order, Order.id == Transfer.order_id)
        .join(giver, giver.id == Transfer.giver_id)
        .join(receiver, receiver.id == Transfer.receiver_id)
        .where(or_(Transfer.giver_id == staff_id, Transfer.receiver_id == staff_id))
        .order_by(Transfer.id)
    )
    return [
        {
            "餐次": meal_name(served_on, period),
            "转让人": giver_name,
            "接收人": receiver_name,
            "留言": transfer.message,
            "状态": TRANSFER_STATE_NAMES[TransferState(transfer.state)],
            "提出时间": transfer.offered_at,
            "处理时间": transfer.decided_at,
        }
        for transfer, served_on, period, giver_name, receiver_name in rows
    ]


def receptions_of(staff_id: int) -> Rows:
    """Receptions that a person asked for or dined at; the guests are others' data and are left out."""
    dined_at = select(ReceptionCompanion.reception_id).where(ReceptionCompanion.staff_id == staff_id)
    rows = db.session.scalars(
        select(Reception)
        .where(or_(Reception.requester_id == staff_id, Reception.id.in_(dined_at)))
        .order_by(Reception.served_on, Reception.id)
    )
    return [
        {
            "餐次": meal_name(row.served_on, row.period),
            "身份": "申请人" if row.requester_id == staff_id else "陪餐",
            "公函号": row.letter_no,
            "来函单位": row.letter_from,
            "事由": PURPOSE_NAMES[Purpose(row.purpose)],
            "金额（元）": yuan(row.total_fen),
            "状态": RECEPTION_STATE_NAMES[ReceptionState(row.state)],
            "申请时间": row.filed_at,
        }
        for row in rows
    ]
