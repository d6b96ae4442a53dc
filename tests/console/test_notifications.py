"""What became of messages, at the desk: sends, urgent calls, channels."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.config import settings
from backend.db import atomic, db, unit
from backend.identity import operations as identity_operations
from backend.identity.models import ExternalIdentity
from backend.notifications import operations
from backend.notifications.calls.operations import call_urgently
from backend.notifications.calls.services import acknowledge, escalate
from backend.notifications.kinds import CHAT_OR_SMS, Field, Kind
from backend.notifications.messages import CHANNEL_REFUSED
from backend.notifications.models import InboxMessage, OutboxRow, SubscriptionQuota, UrgentStep
from backend.suggestions.messages import REPLIED
from canteen.ordering.messages import MENU_PUBLISHED, PICKUP_REMINDER
from tests.console.browser import Console
from tests.factories import NINE
from tests.statements import counted_statements

PATH = "/console/notifications"
CALLS, CHANNELS = f"{PATH}/calls", f"{PATH}/channels"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRE = Kind(
    "tests.fire", title="火灾报警", text="{place}报警", fields=(Field("place", "地点"),),
    channels=CHAT_OR_SMS, is_urgent=True,
)  # fmt: skip # One argument a line would say no more.


@pytest.fixture
def administrator(app, compound):
    """The administrator at the console, on Monday at nine."""
    with clock.at(NINE):
        yield Console(app, compound.staff(name="钱七", roles={"administrator": (ScopeKind.COMPOUND, 0)}))


@atomic
def bound(staff):
    """The same, with an account at our mini-program."""
    identity_operations.bind_identity(
        SYSTEM,
        staff_id=staff.id,
        provider="wechat_mp",
        tenant=settings().wechat_apps["default"].appid,
        subject=f"openid-{staff.id}",
    )
    return staff


@atomic
def told(staff, kind=PICKUP_REMINDER, dedupe="1", **columns):
    """One message to a person, whose send came to what `columns` say."""
    fields = dict.fromkeys(kind.names, "x")
    operations.notify(kind, [staff.id], fields, dedupe=dedupe)
    values = {"attempts": 1, **columns}
    newest = db.session.query(OutboxRow.id).order_by(OutboxRow.id.desc()).first()[0]
    unit().execute(update(OutboxRow).where(OutboxRow.id == newest).values(**values))
    return newest


@atomic
def call(*chain, dedupe="1"):
    return call_urgently(FIRE, [one.id for one in chain], {"place": "二号楼"}, dedupe=dedupe)


def listed(administrator, **query):
    """The recipients and reasons in the list."""
    part = administrator.page(PATH, **query).partition('<div id="list">')[2]
    rows = re.findall(r"<tr>(.*?)</tr>", part.partition("<tbody>")[2], re.S)
    cells = [re.findall(r"<td.*?</td>", row, re.S) for row in rows]
    return [(plain(row[2]).split()[0], plain(row[5])) for row in cells]


def plain(html):
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", html)).strip()


def main_of(text):
    return plain(text.partition("<main")[2].partition("</main>")[0])


# Sends


def test_who_wished_to_stay_unnamed_is_not_named_here(administrator, compound):
    person = bound(compound.staff(staff_no="88001", name="匿名甲"))
    row_id = told(person, state="failed", error="wechat:47003")

    @atomic
    def becomes_a_reply():
        message = db.session.get(InboxMessage, db.session.get(OutboxRow, row_id).message_id)
        message.kind, message.title = REPLIED.key, REPLIED.title

    assert "匿名甲" in administrator.page(PATH, show="all")
    becomes_a_reply()
    page = administrator.page(PATH, show="all")
    assert "投诉建议有新答复" in page
    assert "匿名甲" not in page
    assert "88001" not in page


def test_what_was_not_delivered_is_told_with_its_reason_in_words(administrator, compound):
    person = bound(compound.staff(name="王建国"))
    told(person, state="failed", error="wechat:47003")
    told(person, dedupe="2", state="no_quota", error="no_subscription")
    told(person, dedupe="3", state="sent", sent_at=NINE)
    assert listed(administrator) == [
        ("王建国", "收件人没有剩余的订阅次数"),
        ("王建国", "微信订阅消息：模板参数缺失或内容不合格式（错误码 47003）"),
    ]
    text = administrator.page(PATH)
    assert re.search("取餐提醒.*微信订阅消息.*订阅次数不足", text, re.S)
    assert not re.search(r">\s*(failed|no_quota|wechat|canteen\.pickup_reminder)\s*<", text)


def test_the_list_is_narrowed_by_state_kind_channel_and_day_and_paged(administrator, compound):
    old, new = bound(compound.staff(name="甲")), bound(compound.staff(name="乙"))
    with clock.at(NINE - 3 * DAY):
        told(old, state="failed", error="wechat:40003")
    told(new, MENU_PUBLISHED, state="waiting", next_at=NINE + 5 * MINUTE, error="wechat:-1", attempts=2)

    def names(**query):
        return [name for name, _ in listed(administrator, **query)]

    assert names() == ["甲"]
    assert names(show="all") == ["乙", "甲"]
    assert names(show="pending") == ["乙"]
    assert names(show="failed") == ["甲"]
    assert names(show="sent") == []
    assert names(show="all", kind=MENU_PUBLISHED.key) == ["乙"]
    assert names(show="all", channel="wechat") == ["乙", "甲"]
    assert names(show="all", channel="sms") == []
    assert names(show="all", from_date="2026-11-21") == ["乙"]
    assert names(show="all", until_date="2026-11-20") == ["甲"]
    assert names(show="all", page_size=1, page=2) == ["甲"]
    assert listed(administrator, show="pending")[0][1] == (
        "微信订阅消息：服务繁忙（错误码 -1） ，已尝试 2 / 6 次，今天 09:05 再试"
    )
    for query in ({"show": "x"}, {"channel": "x"}, {"from_date": "x"}):
        assert administrator.get(PATH, **query).status_code == 422


def test_a_week_ago_is_shown_unless_asked_for_more(administrator, compound):
    with clock.at(NINE - 9 * DAY):
        told(bound(compound.staff(name="甲")), state="failed", error="wechat:40003")
    assert listed(administrator) == []
    assert listed(administrator, from_date="2026-11-01") == [
        ("甲", "微信订阅消息：收件人的微信绑定已失效（错误码 40003）")
    ]


def test_a_failed_message_is_sent_again_by_its_button(administrator, compound):
    row_id = told(bound(compound.staff()), state="failed", error="wechat:47003")
    path = f"/admin/notifications/sends/{row_id}/retry"
    assert f'data-api="POST /api/v1{path}"' in administrator.page(PATH)
    assert administrator.send("POST", path, csrf=None).status == 403
    assert administrator.send("POST", path).status == 200
    assert listed(administrator) == []
    waiting = administrator.page(PATH, show="pending").partition('id="list"')[2].partition("</table>")[0]
    assert "data-api" not in waiting
    again = administrator.send("POST", path)
    assert (again.status, again.error) == (409, "notifications.not_retryable")
    assert administrator.send("POST", "/admin/notifications/sends/999999/retry").status == 404


def test_what_waits_for_too_long_warns(administrator, compound):
    told(bound(compound.staff()), state="waiting", attempts=0)
    assert "到时 10 分钟仍未发出" not in administrator.page(PATH)
    with clock.at(NINE + 11 * MINUTE):
        assert "1 条消息到时 10 分钟仍未发出" in administrator.page(PATH)


# Urgent calls


def test_a_call_tells_who_was_called_when_and_who_comes_next(administrator, compound):
    first, second, third = (compound.staff(name=name) for name in ("甲", "乙", "丙"))
    number = call(first, second, third)
    with clock.at(NINE + 6 * MINUTE):
        escalate(number)
        text = main_of(administrator.page(CALLS))
    assert "火灾报警 等待确认 二号楼报警 今天 09:00 发起，每人等待 5 分钟" in text
    assert re.search(r"甲 T\d+ 今天 09:00 呼叫 未确认 乙 T\d+ 今天 09:06 呼叫 未确认", text)
    assert re.search(r"今天 09:11 仍无人确认，将呼叫：丙 T\d+", text)


def test_a_call_tells_who_acknowledged_when_and_how(administrator, compound):
    person = compound.staff(name="甲")
    call(person, compound.staff(name="乙"))
    step = db.session.query(UrgentStep).one()
    message_id = step.message_id
    with clock.at(NINE + MINUTE):
        acknowledge(actor_of(person), message_id=message_id)
    text = main_of(administrator.page(CALLS))
    assert "火灾报警 已确认" in text
    assert "今天 09:01 确认（小程序）" in text
    assert "将呼叫" not in text


def actor_of(staff):
    return replace(SYSTEM, staff_id=staff.id, name=staff.name)


def test_calls_are_narrowed_by_state_and_paged(administrator, compound):
    person = compound.staff(name="甲")
    ended = call(person)
    with clock.at(NINE + 6 * MINUTE):
        escalate(ended)
    call(person, dedupe="2")
    call(dedupe="3")  # Nobody to ask.

    def states(**query):
        return re.findall(r'<span class="tag[^>]*>([^<]*)<', administrator.page(CALLS, **query))

    assert states() == ["无人应答", "等待确认", "无人应答"]
    assert states(state="open") == ["等待确认"]
    assert states(state="exhausted") == ["无人应答"] * 2
    assert states(page_size=2, page=2) == ["无人应答"]
    assert administrator.get(CALLS, state="x").status_code == 422
    assert "没有呼叫任何人" in administrator.page(CALLS)
    assert "呼叫完毕，已通知管理员" in administrator.page(CALLS)


# Channels


def test_each_channel_says_whether_it_is_set_up(administrator):
    text = main_of(administrator.page(CHANNELS))
    assert "微信订阅消息 已启用 已对应 3 个消息模板" in text
    assert "企业微信" in text
    assert "免打扰时段 22:00–07:00" in text


def test_templates_tell_what_they_carry_and_whom_they_still_reach(administrator, compound):
    people = [bound(compound.staff()) for _ in range(3)]

    @atomic
    def accept(staff, **quota):
        identity_id = identity_of(staff)
        db.session.add(
            SubscriptionQuota(
                identity_id=identity_id,
                template_id="demo-pickup-reminder",
                last_event="accept",
                changed_at=NINE,
                **quota,
            )
        )

    accept(people[0], remaining=2)
    accept(people[1], remaining=0)
    text = administrator.page(CHANNELS)
    row = plain(re.search(r"<tr>\s*<th[^>]*>取餐提醒</th>(.*?)</tr>", text, re.S)[1])
    assert row.startswith("默认 demo-pickup-reminder 取餐地点 thing1")
    assert row.endswith("一次性 3 1 2")
    assert re.search("投诉建议有新答复.*没有对应的模板，不经微信发送", text, re.S)
    assert CHANNEL_REFUSED.title not in text  # It goes over no channel.


def identity_of(staff):
    return db.session.query(ExternalIdentity.id).filter_by(staff_id=staff.id).one()[0]


# Who may, and what it costs


def test_only_who_manages_notifications_everywhere_opens_the_pages(app, compound):
    campus = compound.campus()
    row_id = told(bound(compound.staff()), state="failed")
    for role in ({"administrator": (ScopeKind.CAMPUS, campus.id)}, {}):
        console = Console(app, compound.staff(roles=role))
        for path in (PATH, CALLS, CHANNELS):
            assert console.get(path).status_code == 403
        assert console.send("POST", f"/admin/notifications/sends/{row_id}/retry").status == 403


def test_the_pages_take_few_statements_however_much_there_is(administrator, compound):
    people = [bound(compound.staff()) for _ in range(6)]
    for place, person in enumerate(people):
        told(person, dedupe=str(place), state="failed", error="wechat:47003")
        call(person, people[0], dedupe=str(place))
    for path in (PATH, CALLS, CHANNELS):
        with counted_statements() as sent:
            administrator.page(path)
        assert len([one for one in sent if one not in ("BEGIN", "ROLLBACK")]) <= 15, sent
