"""What people of the demo said: ratings of meals, suggestions with answers; and what became of reminders.

Ratings come from orders that were picked up, never from who handed them out, and their rollup is their sums.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from backend import clock
from backend.db import Base
from backend.flows.demo import opinions
from backend.flows.demo.kitchens import KITCHENS
from backend.flows.demo.opinions import Opinion
from backend.flows.demo.orders import PlannedOrder
from backend.flows.demo.plan import Plan
from backend.flows.demo_accounts import FIXED_ACCOUNTS
from backend.notifications import policies as notification_policies
from backend.notifications.kinds import Channel
from backend.notifications.models import InboxMessage, OutboxRow, SendState
from backend.ratings.policies import SCORES, grade_of
from backend.suggestions.models import Suggestion, SuggestionKind, SuggestionReply, SuggestionState
from canteen.ordering.messages import PICKUP_REMINDER
from canteen.ordering.models import OrderState
from canteen.ordering.policies import meal_name, order_page
from canteen.pickups.ratings import CANTEEN, DISH, DISH_OF_MEAL, MEAL, TASTE

Tables = Iterator[tuple[type[Base], str, Sequence[tuple[Any, ...]]]]

_SEED = "houqin demo 2026: voices"
_RATED_DAYS = timedelta(days=120)
_RATED = 0.04
_WRITES = 0.45
# Who rates the meal mostly says a word on the dishes, too.
_TASTED = 0.8
# Identifiers apart from those of all other ratings.
_FIRST_OF_DISHES = 900_001
# How good the canteens are, and what is better or worse everywhere.
_QUALITY = {1: 4.4, 2: 4.05, 3: 4.2}
_LEAN = {"taste": 0.0, "portion": 0.1, "temperature": -0.35, "service": 0.2, "hygiene": 0.25}
_PRAISE = (
    "{dish}味道很好", "{dish}火候正好，希望多安排", "今天的{dish}很新鲜", "菜热饭香，阿姨很热情",
    "搭配合理，吃得舒服", "取餐很快，不用排队", "{dish}比外面的好吃", "份量足，味道也不错",
    "荤素搭配好，少油少盐很适合我",
)  # fmt: skip
_PLAIN = ("还可以", "{dish}味道一般", "中规中矩，希望多些新菜", "{dish}稍淡了些", "种类可以再多一点")
_BLAME = {
    "taste": ("{dish}偏咸", "{dish}偏油，希望清淡些", "{dish}有点老，嚼不动"),
    "portion": ("份量偏少，没吃饱", "{dish}肉太少", "米饭给得少了"),
    "temperature": ("{dish}取到时已经凉了", "菜不够热，冬天请注意保温", "汤是温的"),
    "service": ("窗口排队时间太长", "取餐口指引不清楚，走了冤枉路", "打包盒盖没盖严"),
    "hygiene": ("餐盘没有沥干", "桌面收拾得不及时", "筷子上有水渍"),
}


class _Said(NamedTuple):
    """A suggestion: how many days ago, by which official, what, and the answers to it."""

    days_ago: int
    place: int
    kind: SuggestionKind
    text: str
    may_contact: bool
    answers: tuple[str, ...] = ()
    is_closed: bool = False


_SUGGESTIONS = (
    _Said(0, 41, SuggestionKind.FAULT, "订餐页面往下滑到底时偶尔会闪一下，手机是安卓系统。", True),
    _Said(1, 17, SuggestionKind.SUGGESTION, "希望能提前一周订餐，出差回来的那天经常忘记订。", False),
    _Said(2, 8, SuggestionKind.COMPLAINT, "退餐截止时间太早，临时开会来不及退，钱就白扣了。", True),
    _Said(4, 29, SuggestionKind.SUGGESTION, "菜单能不能标出每道菜的热量？体检后医生让控制饮食。", False,
          ("菜品营养成分已在详情页显示，包括能量、蛋白质、脂肪、碳水化合物和钠，点菜名即可查看。",)),
    _Said(6, 33, SuggestionKind.FAULT, "昨天中午取餐码一直转圈，最后报工号取的餐。", True,
          ("感谢反馈。昨天 12:05 至 12:12 网络中断，现已恢复；以后断网时可直接出示饭卡取餐。",), True),
    _Said(9, 12, SuggestionKind.SUGGESTION, "字体再大一号就好了，老同志看不清。", False,
          ("已记录，下个版本提供大字模式。", "大字模式已上线，在“我的—设置”中开启。"), True),
    _Said(13, 22, SuggestionKind.OTHER, "系统比原来的纸质登记方便多了，谢谢！", True,
          ("谢谢肯定，我们继续改进。",), True),
    _Said(21, 5, SuggestionKind.COMPLAINT, "提醒消息太多，早上七点就推送，周末也有。", False,
          ("免打扰时段已改为 22:00 至次日 7:00，非工作日不再推送菜单通知。",), True),
)  # fmt: skip
# How reminders ended: (state, error, weight).
_ENDS = (
    (SendState.SENT, "", 60),
    (SendState.NO_QUOTA, "no_subscription", 16),
    (SendState.NO_QUOTA, "wechat:43101", 6),
    (SendState.FAILED, "wechat:47003", 2),
    (SendState.FAILED, "wechat:40003", 2),
    (SendState.SKIPPED, "unreachable", 3),
    (SendState.EXPIRED, "wechat:unavailable", 2),
)
_REMINDED_DAYS = timedelta(days=4)
_REMINDED_BEFORE = timedelta(minutes=30)
_REMINDED = 0.08


def tables(plan: Plan) -> Tables:
    """Ratings, suggestions and reminders, parents before children."""
    yield from _ratings(plan)
    yield from _suggestions(plan)
    yield from _reminders(plan)


# Ratings


def _ratings(plan: Plan) -> Tables:
    rated = list(_rated(plan, Random(f"{_SEED}: ratings")))
    said = [
        Opinion(
            order.id, 0, order.diner.staff_id, order.diner.department_id,
            (CANTEEN, order.meal.canteen_id), order.meal.served_on, rated_at, scores, text,
        )
        for order, rated_at, scores, text in rated
    ]  # fmt: skip # One field a line would say no more.
    yield from opinions.tables(MEAL, 1, said)
    first_lines = _first_lines(plan.orders)
    rng = Random(f"{_SEED}: dishes")
    tasted = [
        opinion
        for order, rated_at, scores, _ in rated
        if rng.random() < _TASTED
        for opinion in _of_dishes(order, first_lines[order.id], rated_at, scores["taste"], rng)
    ]
    yield from opinions.tables(DISH_OF_MEAL, _FIRST_OF_DISHES, tasted)


def _first_lines(orders: Iterable[PlannedOrder]) -> dict[int, int]:
    """The identifier of the first line of each order: lines are numbered as they are loaded."""
    found, line_id = {}, 1
    for order in orders:
        found[order.id] = line_id
        line_id += len(order.lines)
    return found


def _of_dishes(
    order: PlannedOrder, first_line: int, rated_at: datetime, taste: int, rng: Random
) -> Iterator[Opinion]:
    """What somebody said of the single dishes beside the meal; each once, whatever the portions."""
    judged: set[int] = set()
    for line_id, line in enumerate(order.lines, start=first_line):
        dish = line.offered.dish
        if dish.id not in judged:
            judged.add(dish.id)
            better = Random(f"{_SEED}: {dish.pool.name} {dish.canteen_id}").gauss(0.1, 0.5)
            score = min(5, max(1, round(taste + better + rng.gauss(0, 0.5))))
            yield Opinion(
                line_id, 0, order.diner.staff_id, order.diner.department_id, (DISH, dish.id),
                order.meal.served_on, rated_at, {TASTE: score}, "",
            )  # fmt: skip # One field a line would say no more.


def _rated(plan: Plan, rng: Random) -> Iterator[tuple[PlannedOrder, datetime, dict[str, int], str]]:
    """The orders that were rated by now, with when, how and what was written."""
    since = plan.now - _RATED_DAYS
    for order in plan.orders:
        if order.picked_up_at is None or order.picked_up_at < since or rng.random() >= _RATED:
            continue
        rated_at = _awake(order.picked_up_at + timedelta(hours=rng.triangular(0.4, 30, 1)))
        scores, text = _opinion(order, rng)
        if rated_at <= plan.now:
            yield order, rated_at, scores, text


def _opinion(order: PlannedOrder, rng: Random) -> tuple[dict[str, int], str]:
    mood = _QUALITY[order.meal.canteen_id] + rng.gauss(0, 0.65)
    scores = {code: min(5, max(1, round(mood + lean + rng.gauss(0, 0.45)))) for code, lean in _LEAN.items()}
    worst = min(scores, key=lambda code: scores[code])
    pool: Sequence[str] = _PRAISE if grade_of(scores) == SCORES[-1] else _PLAIN
    if scores[worst] <= SCORES[2]:
        pool = _BLAME[worst]
    text = rng.choice(pool).format(dish=order.lines[0].offered.dish.pool.name)
    return scores, text if rng.random() < _WRITES else ""


# Suggestions


def _suggestions(plan: Plan) -> Tables:
    rng = Random(f"{_SEED}: suggestions")
    officials = [one for one in plan.members if not one.role]
    administrator = next(one for one in plan.members if one.staff_no == FIXED_ACCOUNTS[0].staff_no)
    suggestions, replies = [], []
    for number, said in enumerate(sorted(_SUGGESTIONS, key=lambda one: -one.days_ago), start=1):
        author = officials[said.place % len(officials)]
        sent_at = min(
            _awake(plan.now - timedelta(days=said.days_ago, hours=rng.uniform(0.5, 3))),
            plan.now - timedelta(minutes=20),
        )
        answered_at = [
            _awake(sent_at + timedelta(days=place, hours=rng.uniform(2, 20)))
            for place in range(1, len(said.answers) + 1)
        ]
        closed_at = answered_at[-1] + timedelta(minutes=3) if said.is_closed else None
        state = SuggestionState.REPLIED if said.answers else SuggestionState.OPEN
        suggestions.append(
            (number, author.staff_id, author.department_id, said.kind.value, said.text, said.may_contact,
             (SuggestionState.CLOSED if closed_at else state).value, sent_at, closed_at,
             administrator.staff_id if closed_at else None)
        )  # fmt: skip # One column a line would say no more.
        replies += [
            (number, administrator.staff_id, administrator.name, text, at)
            for text, at in zip(said.answers, answered_at, strict=True)
        ]
    columns = "id staff_id department_id kind text may_contact state sent_at closed_at closed_by"
    yield Suggestion, columns, suggestions
    yield SuggestionReply, "suggestion_id staff_id staff_name text replied_at", replies


# Reminders


def _reminders(plan: Plan) -> Tables:
    rng = Random(f"{_SEED}: reminders")
    messages, sends = [], []
    ends, weights = [end[:2] for end in _ENDS], [end[2] for end in _ENDS]
    for number, order in enumerate(_reminded(plan, rng), start=1):
        created_at = order.meal.instants.serves_from - _REMINDED_BEFORE
        fields = _reminder(order)
        # Each end once, so that a small demo shows them all; then as life deals them.
        state, error = ends[number - 1] if number <= len(ends) else rng.choices(ends, weights)[0]
        sent_at = created_at + timedelta(seconds=rng.uniform(2, 50)) if state is SendState.SENT else None
        messages.append(
            (number, order.diner.staff_id, PICKUP_REMINDER.key, str(order.id), PICKUP_REMINDER.title,
             PICKUP_REMINDER.render(fields), fields, order_page(order.id), False, False,
             created_at)
        )  # fmt: skip # One column a line would say no more.
        sends.append(
            (number, number, order.diner.staff_id, Channel.WECHAT.value, state.value,
             notification_policies.ORDINARY, 1, created_at, order.meal.instants.serves_until, created_at,
             sent_at, error)
        )  # fmt: skip # One column a line would say no more.
    columns = "id staff_id kind dedupe title text fields page is_urgent needs_acknowledgement created_at"
    yield InboxMessage, columns, messages
    columns = "id message_id staff_id channel state priority attempts next_at expires_at created_at sent_at"
    yield OutboxRow, f"{columns} error", sends


def _reminded(plan: Plan, rng: Random) -> Iterable[PlannedOrder]:
    """Some orders of the last days before today, by the time of their reminders."""
    today = clock.local(plan.now).date()
    chosen = [
        order
        for order in plan.orders
        if today - _REMINDED_DAYS <= order.meal.served_on < today
        and order.state != OrderState.CANCELLED
        and rng.random() < _REMINDED
    ]
    return sorted(chosen, key=lambda order: (order.meal.instants.serves_from, order.id))


def _reminder(order: PlannedOrder) -> dict[str, str]:
    meal = order.meal
    kitchen = next(one for one in KITCHENS if one.id == meal.canteen_id)
    return {
        "canteen": kitchen.name,
        "meal": meal_name(meal.served_on, meal.period),
        "time": f"{clock.local(meal.instants.serves_from):%H:%M}",
        "number": str(order.pickup_no),
        "dishes": "、".join(line.offered.dish.pool.name for line in order.lines),
    }


def _awake(at: datetime) -> datetime:
    """The instant, or the next morning for what falls into the night."""
    hour = clock.local(at).hour
    return at + timedelta(hours=8) if hour < 7 else at + timedelta(hours=10) if hour > 22 else at
