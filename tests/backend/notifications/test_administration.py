"""What administrators see of the outbox, and what they can do about it."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM, Actor, Grant, Permission, ScopeKind
from backend.audit.models import AuditEvent
from backend.db import db
from backend.errors import Forbidden
from backend.notifications import queries, services
from backend.notifications.delivery.services import deliver_due
from backend.notifications.errors import NotRetryable, SendNotFound
from backend.notifications.kinds import Channel
from backend.notifications.models import OutboxRow, SendState
from tests.backend.notifications.world import ALARM, NEWS, deliver_at, sends, states, tell
from tests.factories import NINE
from tests.statements import counted_statements


def actor(kind=ScopeKind.COMPOUND, permission=Permission.NOTIFICATIONS_MANAGE):
    return Actor(7, "9001", "李敏", 1, 1, (Grant(frozenset({permission}), kind, 1),))


def row_id():
    db.session.rollback()
    return db.session.query(OutboxRow.id).order_by(OutboxRow.id).first()[0]


@pytest.fixture
def refused(world):
    """A person whose WeCom account nobody may write to."""
    person = world.person(on="wecom", name="王建国")
    world.simulator.fail("/wecom/cgi-bin/message/send", errcode=81013)
    tell(NEWS, person)
    deliver_due()
    return person


def test_failed_messages_are_listed_with_whose_they_are(refused):
    page = queries.failed(actor(), page=1, page_size=20)
    assert page.total == 1
    (view,) = page.rows
    assert (view.name, view.channel_name, view.state, view.error) == (
        "王建国",
        "企业微信",
        "failed",
        "wecom:81013",
    )
    assert view.is_retryable


def test_the_list_can_be_narrowed(refused, world):
    def total(**filters):
        return queries.failed(actor(), page=1, page_size=20, **filters).total

    assert total(channel=Channel.WECOM) == 1
    assert total(channel=Channel.SMS) == 0
    assert total(kind=NEWS.key) == 1
    assert total(kind=ALARM.key) == 0
    assert total(since=NINE) == 1
    assert total(since=NINE + timedelta(seconds=1)) == 0
    assert total(states=(SendState.SKIPPED,)) == 1
    assert total(states=(SendState.SENT,)) == 0


@pytest.mark.parametrize("nobody", [actor(ScopeKind.CAMPUS), actor(permission=Permission.CANTEEN_MANAGE)])
def test_only_who_looks_after_notifications_everywhere_may_look_or_retry(refused, nobody):
    with pytest.raises(Forbidden):
        queries.failed(nobody, page=1, page_size=20)
    with pytest.raises(Forbidden):
        services.retry(nobody, row_id=row_id())


def test_a_failed_message_is_sent_again_on_order(refused, world):
    with clock.at(NINE + timedelta(days=2)):  # Long after its life was over.
        services.retry(actor(), row_id=row_id())
        assert deliver_due() == 1
    assert states(refused)[0] == ("wecom", "sent")
    (event,) = db.session.query(AuditEvent).filter_by(action="notifications.retried")
    assert event.details == {"before": "failed"}


def test_what_was_sent_or_waits_is_not_sent_again(world):
    person = world.person(on="wecom")
    tell(NEWS, person)
    with pytest.raises(NotRetryable):
        services.retry(SYSTEM, row_id=row_id())
    deliver_due()
    with pytest.raises(NotRetryable):
        services.retry(SYSTEM, row_id=row_id())
    with pytest.raises(SendNotFound):
        services.retry(SYSTEM, row_id=999_999)


def test_a_message_of_a_kind_that_is_gone_is_not_sent(world):
    from sqlalchemy import update

    from backend.db import atomic, unit
    from backend.notifications.models import InboxMessage

    person = world.person(on="wecom")
    tell(NEWS, person)

    @atomic
    def forget_the_kind():
        unit().execute(update(InboxMessage).values(kind="tests.gone"))

    forget_the_kind()
    assert deliver_due() == 0
    assert sends() == [("wecom", "expired", "unknown_kind")]
    with pytest.raises(SendNotFound):
        services.retry(actor(), row_id=row_id())


def test_the_home_page_counts_what_needs_attention(refused, world):
    assert queries.counts() == queries.SendCounts(failed=1, overdue=0)
    tell(NEWS, world.person(on="wecom"))
    with clock.at(NINE + queries.OVERDUE + timedelta(seconds=1)):
        assert queries.counts().overdue == 1
    deliver_at(NINE + queries.OVERDUE)
    with clock.at(NINE + queries.RECENT + timedelta(seconds=1)):
        assert queries.counts() == queries.SendCounts(failed=0, overdue=0)


def test_looking_costs_the_same_however_much_there_is(refused, world):
    def cost():
        with counted_statements() as sent:
            queries.failed(actor(), page=1, page_size=20, states=tuple(SendState))
            queries.counts()
        return len(sent)

    before = cost()
    tell(NEWS, *(world.person(on="wecom") for _ in range(5)))
    assert cost() == before <= 5
