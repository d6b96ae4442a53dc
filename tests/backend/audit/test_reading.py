"""Reading the trail: filters, scope, and what is sealed."""

from datetime import time, timedelta

import pytest

from backend import clock
from backend.actor import SYSTEM, Actor, Grant, Permission, ScopeKind
from backend.audit import queries, services
from backend.audit.models import Result
from backend.audit.operations import record
from backend.db import atomic, db
from backend.errors import Forbidden
from tests.factories import MONDAY, NINE

ZHANG = Actor(7, "1007", "张三", 1, 1, ())


@pytest.fixture
def trail(app):
    """Three events of two days."""

    @atomic
    def write():
        record(ZHANG, "identity.logged_in", "staff", 7, provider="wechat_mp")
        record(SYSTEM, "canteen.opened", "canteen", 3, name="第一食堂", note='50% "off"_')

    @atomic
    def refuse():
        record(ZHANG, "identity.login_refused", "staff", 7, result=Result.REFUSED, reason="locked")

    with clock.at(NINE):
        write()
    with clock.at(clock.at_local(MONDAY + timedelta(days=1), time(0))):
        refuse()


def found(**filters):
    db.session.rollback()
    page = queries.page_events(SYSTEM, **{"page": 1, "page_size": 20, **filters})
    assert page.total == len(page.rows) or "page_size" in filters
    return [event.action for event in page.rows]


ALL = ["identity.login_refused", "canteen.opened", "identity.logged_in"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ALL),
        ({"actor_id": 7}, [ALL[0], ALL[2]]),
        ({"actor_id": 0}, [ALL[1]]),
        ({"actor_name": "张"}, [ALL[0], ALL[2]]),
        ({"actor_name": "%"}, []),
        ({"action": "canteen.opened"}, [ALL[1]]),
        ({"action": "identity."}, [ALL[0], ALL[2]]),
        ({"action": "identity"}, []),
        ({"object_kind": "canteen"}, [ALL[1]]),
        ({"object_kind": "staff", "object_id": "7"}, [ALL[0], ALL[2]]),
        ({"object_kind": "staff", "object_id": "3"}, []),
        ({"result": Result.REFUSED}, [ALL[0]]),
        ({"result": Result.DONE}, ALL[1:]),
        ({"from_on": MONDAY, "until_on": MONDAY}, ALL[1:]),
        ({"from_on": MONDAY + timedelta(days=1)}, [ALL[0]]),
        ({"until_on": MONDAY - timedelta(days=1)}, []),
        ({"q": "第一食堂"}, [ALL[1]]),
        ({"q": '% "off"_'}, [ALL[1]]),
        ({"q": "locked"}, [ALL[0]]),
        ({"q": "张三"}, [ALL[0], ALL[2]]),
        ({"q": "nothing"}, []),
        ({"page_size": 2, "page": 2}, [ALL[2]]),
    ],
)
def test_events_are_found(trail, filters, expected):
    assert found(**filters) == expected


def test_what_is_more_than_anybody_counts_is_said_to_be_more(trail, monkeypatch):
    db.session.rollback()
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    page = queries.page_events(SYSTEM, page=1, page_size=1)
    assert (page.total, page.has_more) == (2, True)
    of_a_module = queries.page_events(SYSTEM, action="identity.", page=1, page_size=1)
    assert (of_a_module.total, of_a_module.has_more) == (2, False)


def test_an_event_shows_its_title_and_whether_it_is_sealed(trail):
    db.session.rollback()
    services.seal()
    with clock.at(NINE + timedelta(days=2)):

        @atomic
        def write():
            record(SYSTEM, "module.gone", "x", 1)

        write()
    first, *_, last = queries.page_events(SYSTEM, page=1, page_size=20).rows
    assert (first.title, first.is_sealed) == ("module.gone", False)
    assert (last.title, last.is_sealed, last.details) == ("登录", True, {"provider": "wechat_mp"})
    assert last.happened_at == NINE


def test_the_trail_belongs_to_no_campus(trail):
    narrow = Grant(frozenset({Permission.AUDIT_READ}), ScopeKind.CAMPUS, 1)
    for grants in ((), (narrow,)):
        with pytest.raises(Forbidden):
            queries.page_events(Actor(1, "1", "李四", 1, 1, grants), page=1, page_size=20)
    wide = Grant(frozenset({Permission.AUDIT_READ}), ScopeKind.COMPOUND, 0)
    assert queries.page_events(Actor(1, "1", "李四", 1, 1, (wide,)), page=1, page_size=20).total == 3
