"""The token store, on both databases, with the simulator behind it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest
from flask import Flask
from sqlalchemy import select, update
from structlog.testing import capture_logs

from backend import clock, vault
from backend.db import answering, atomic, db, unit
from backend.wechat import errors
from backend.wechat.client import WechatClient
from backend.wechat.models import AccessToken
from backend.wechat.tokens import EARLY, LEASE, FetchedToken, TokenStore
from tests.backend.wechat.conftest import seal, unseal
from tests.simulator import APP, OTHER_APP, RunningSimulator

R = TypeVar("R")

STABLE = "/cgi-bin/stable_token"
PHONE = "/wxa/business/getuserphonenumber"
START = clock.now()
LIFETIME = timedelta(seconds=7200)


@pytest.fixture(autouse=True)
def _application(app: Flask) -> None:
    """Every test here stands on a database."""


@pytest.fixture
def at_start() -> Iterator[None]:
    """The clock stands at START."""
    with clock.at(START):
        yield


def row(appid: str = APP.appid) -> Any:
    found = db.session.execute(
        select(AccessToken.token_cipher, AccessToken.expires_at, AccessToken.refreshing_until).where(
            AccessToken.appid == appid
        )
    ).one_or_none()
    db.session.rollback()
    return found


@atomic
def change(**columns: Any) -> None:
    unit().execute(update(AccessToken).values(**columns))


def in_threads(app: Flask, count: int, work: Callable[[], R]) -> list[R]:
    """What `work` returns in each of so many threads that begin together."""
    barrier = threading.Barrier(count)

    def run(_number: int) -> R:
        with app.app_context():
            barrier.wait()
            return work()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def phone(client: WechatClient, simulator: RunningSimulator) -> str:
    """One call that needs a token."""
    return client.phone_number(simulator.phone_code("1001"), simulator.openid("1001"))


def never() -> FetchedToken:
    raise AssertionError("WeChat must not be asked")


# Keeping the token


def test_the_token_is_fetched_once_and_kept_encrypted(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    for _ in range(3):
        phone(client, wechat_simulator)

    (fetch,) = wechat_simulator.requests(STABLE)
    assert fetch["body"]["force_refresh"] is False
    assert row().refreshing_until is None
    assert b"86_" not in row().token_cipher
    assert unseal(row().token_cipher).startswith("86_")


@pytest.mark.usefixtures("at_start")
def test_the_vault_of_the_application_keeps_it(
    wechat_simulator: RunningSimulator, http: httpx.Client
) -> None:
    store = TokenStore(vault.encrypt, vault.decrypt)

    assert store.get(APP.appid, lambda: FetchedToken("词 of 微信", LIFETIME)) == "词 of 微信"
    assert store.get(APP.appid, never) == "词 of 微信"


def test_each_app_has_its_own_token(
    client: WechatClient, wechat_simulator: RunningSimulator, http: httpx.Client, tokens: TokenStore
) -> None:
    other = WechatClient(OTHER_APP, wechat_simulator.url, 5.0, tokens, http)

    phone(client, wechat_simulator)
    other.phone_number(wechat_simulator.phone_code(app="other"), wechat_simulator.openid(app=OTHER_APP))

    assert row(APP.appid).token_cipher != row(OTHER_APP.appid).token_cipher
    assert len(wechat_simulator.requests(STABLE)) == 2


@pytest.mark.parametrize(("seconds", "fetches"), [(6899, 1), (6900, 2), (7200, 2), (90_000, 2)])
def test_the_token_is_renewed_five_minutes_before_its_end(
    client: WechatClient, wechat_simulator: RunningSimulator, seconds: int, fetches: int
) -> None:
    with clock.at(START):
        phone(client, wechat_simulator)
        assert row().expires_at == START + LIFETIME
    with clock.at(START + timedelta(seconds=seconds)):
        phone(client, wechat_simulator)

    assert len(wechat_simulator.requests(STABLE)) == fetches
    assert {entry["errcode"] for entry in wechat_simulator.requests()} == {0}


def test_a_token_of_another_secret_key_is_as_good_as_none(tokens: TokenStore) -> None:
    tokens.get(APP.appid, lambda: FetchedToken("first", LIFETIME))
    change(token_cipher=b"of another key")

    assert tokens.get(APP.appid, lambda: FetchedToken("second", LIFETIME)) == "second"
    assert tokens.expire(APP.appid, "first") is False


# A token that WeChat refuses


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_refused_token_is_replaced_and_the_call_repeated_once(
    client: WechatClient, wechat_simulator: RunningSimulator, errcode: int
) -> None:
    wechat_simulator.fail(PHONE, errcode=errcode)

    assert phone(client, wechat_simulator) == "13800000001"
    assert len(wechat_simulator.requests(PHONE)) == 2
    assert len(wechat_simulator.requests(STABLE)) == 2


def test_a_token_that_somebody_killed_is_replaced(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    phone(client, wechat_simulator)
    forced = {"grant_type": "client_credential", "appid": APP.appid, "secret": APP.secret}
    wechat_simulator.http.post(wechat_simulator.url + STABLE, json={**forced, "force_refresh": True})

    assert phone(client, wechat_simulator) == "13800000001"
    assert [entry["errcode"] for entry in wechat_simulator.requests(PHONE)] == [0, 40001, 0]


def test_a_token_refused_twice_is_given_up(client: WechatClient, wechat_simulator: RunningSimulator) -> None:
    wechat_simulator.fail(PHONE, errcode=40001, times=9)

    with capture_logs() as events, pytest.raises(errors.Misconfigured):
        phone(client, wechat_simulator)

    assert len(wechat_simulator.requests(PHONE)) == 2
    assert [event["errcode"] for event in events if event["log_level"] == "error"] == [40001]


def test_only_the_token_that_failed_expires(tokens: TokenStore) -> None:
    tokens.get(APP.appid, lambda: FetchedToken("present", LIFETIME))

    assert tokens.expire(APP.appid, "an older one") is False
    assert tokens.get(APP.appid, never) == "present"
    assert tokens.expire(APP.appid, "present") is True
    assert tokens.expire(APP.appid, "present") is False
    assert tokens.expire("wx-unknown", "present") is False
    assert tokens.get(APP.appid, lambda: FetchedToken("next", LIFETIME)) == "next"


def test_a_late_failure_of_an_old_token_costs_no_refresh(
    app: Flask, client: WechatClient, wechat_simulator: RunningSimulator, tokens: TokenStore
) -> None:
    """Two calls went out with one token; both fail; the second finds it replaced already."""
    phone(client, wechat_simulator)
    old = unseal(row().token_cipher)
    change(token_cipher=seal("replaced by another process"))
    wechat_simulator.forget()

    tokens.expire(APP.appid, old)

    assert tokens.get(APP.appid, never) == "replaced by another process"


# One refresh at a time


def test_twenty_threads_make_one_refresh(
    app: Flask, client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    codes = iter([wechat_simulator.phone_code() for _ in range(20)])
    lock = threading.Lock()

    def work() -> str:
        with lock:
            code = next(codes)
        return client.phone_number(code, wechat_simulator.openid())

    assert in_threads(app, 20, work) == ["13800000001"] * 20
    assert len(wechat_simulator.requests(STABLE)) == 1
    assert len(wechat_simulator.requests(PHONE)) == 20


def test_twenty_threads_whose_token_is_refused_make_one_refresh(
    app: Flask, client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    phone(client, wechat_simulator)
    forced = {"grant_type": "client_credential", "appid": APP.appid, "secret": APP.secret}
    wechat_simulator.http.post(wechat_simulator.url + STABLE, json={**forced, "force_refresh": True})
    wechat_simulator.forget()

    assert in_threads(app, 20, lambda: phone(client, wechat_simulator)) == ["13800000001"] * 20
    assert len(wechat_simulator.requests(STABLE)) == 1


def test_the_others_use_the_old_token_while_one_refreshes(app: Flask, tokens: TokenStore) -> None:
    with clock.at(START):
        tokens.get(APP.appid, lambda: FetchedToken("old", LIFETIME))
    asked, answer = threading.Event(), threading.Event()

    def slow() -> FetchedToken:
        asked.set()
        assert answer.wait(10)
        return FetchedToken("new", LIFETIME)

    def refresh() -> str:
        with app.app_context():
            return tokens.get(APP.appid, slow)

    with clock.at(START + LIFETIME - EARLY), ThreadPoolExecutor(1) as pool:
        refresher = pool.submit(refresh)
        assert asked.wait(10)
        assert tokens.get(APP.appid, never) == "old"
        answer.set()
        assert refresher.result(10) == "new"
        assert tokens.get(APP.appid, never) == "new"


def hold_lease(until: datetime) -> None:
    """As if another process, which is silent since, had begun to refresh."""

    @atomic
    def insert() -> None:
        db.session.add(AccessToken(appid=APP.appid, refreshing_until=until))

    insert()
    db.session.expunge_all()


@pytest.mark.usefixtures("at_start")
def test_who_has_no_token_waits_a_bounded_time_for_the_others_refresh() -> None:
    hold_lease(START + LEASE)
    impatient = TokenStore(seal, unseal, wait_s=0.2)

    with pytest.raises(errors.WechatUnavailable):
        impatient.get(APP.appid, never)


@pytest.mark.usefixtures("at_start")
def test_the_waiter_gets_the_token_that_the_other_fetched(app: Flask, tokens: TokenStore) -> None:
    hold_lease(START + LEASE)

    def wait() -> str:
        with app.app_context():
            return tokens.get(APP.appid, never)

    with ThreadPoolExecutor(1) as pool:
        waiter = pool.submit(wait)
        change(token_cipher=seal("fetched by the other"), expires_at=START + LIFETIME, refreshing_until=None)
        assert waiter.result(10) == "fetched by the other"


def test_the_lease_of_a_dead_refresher_runs_out(tokens: TokenStore) -> None:
    with clock.at(START):
        hold_lease(START + LEASE)
    with clock.at(START + LEASE):
        assert tokens.get(APP.appid, lambda: FetchedToken("taken over", LIFETIME)) == "taken over"
    assert row().refreshing_until is None


def test_a_refresher_that_was_taken_for_dead_overwrites_nothing(app: Flask, tokens: TokenStore) -> None:
    def slow() -> FetchedToken:
        with clock.at(START + LEASE):
            assert tokens.get(APP.appid, lambda: FetchedToken("successor's", LIFETIME)) == "successor's"
        return FetchedToken("late", LIFETIME)

    with clock.at(START):
        assert tokens.get(APP.appid, slow) == "late"
        assert tokens.get(APP.appid, never) == "successor's"


@pytest.mark.usefixtures("at_start")
def test_a_failed_refresh_gives_the_lease_back(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    for fault in ({"errcode": 40164}, {"http_status": 502}, {"text": '{"access_token": "x"}'}):
        wechat_simulator.fail(STABLE, **fault)
        with pytest.raises((errors.Misconfigured, errors.WechatUnavailable)):
            phone(client, wechat_simulator)

    assert phone(client, wechat_simulator) == "13800000001"


def test_a_refresh_that_fails_early_leaves_the_old_token_in_use(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    with clock.at(START):
        phone(client, wechat_simulator)
    wechat_simulator.fail(STABLE, http_status=502, times=9)
    soon = START + LIFETIME - EARLY
    with clock.at(soon):
        assert [phone(client, wechat_simulator) for _ in range(2)] == ["13800000001"] * 2
        # The lease was kept: the second call did not ask the failing WeChat again.
        assert len(wechat_simulator.requests(STABLE)) == 2
    with clock.at(soon + LEASE):
        assert phone(client, wechat_simulator) == "13800000001"
        assert len(wechat_simulator.requests(STABLE)) == 3
    with clock.at(START + LIFETIME), pytest.raises(errors.WechatUnavailable):
        phone(client, wechat_simulator)


# Units of work


def test_wechat_is_not_called_within_a_unit_of_work(
    client: WechatClient, wechat_simulator: RunningSimulator
) -> None:
    @atomic
    def use_case() -> str:
        return phone(client, wechat_simulator)

    with pytest.raises(RuntimeError, match="unit of work"):
        use_case()
    assert wechat_simulator.requests() == []


def test_the_connection_goes_back_to_the_pool_before_wechat_is_asked(tokens: TokenStore) -> None:
    def fetch() -> FetchedToken:
        assert not db.session().in_transaction()
        return FetchedToken("token", LIFETIME)

    assert tokens.get(APP.appid, fetch) == "token"
    assert tokens.get(APP.appid, never) == "token"
    assert not db.session().in_transaction()


def test_the_stores_units_are_not_taken_for_the_answer_of_the_request(tokens: TokenStore) -> None:
    answers: list[object] = []

    @atomic
    def use_case() -> str:
        return "the answer"

    with answering(answers.append):
        tokens.get(APP.appid, lambda: FetchedToken("token", LIFETIME))
        tokens.expire(APP.appid, "token")
        use_case()

    assert answers == ["the answer"]
