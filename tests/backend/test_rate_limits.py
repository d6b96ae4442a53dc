"""Who asks too much waits, alone: limits by person, by address, and of failed logins; whose address it is."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO

import pytest

from backend import rate_limits
from backend.actor import SYSTEM, ScopeKind
from backend.app import create_app
from backend.config import RateLimits, SettingsError
from backend.endpoints import PUBLIC
from backend.identity.passwords import services as password_services
from backend.rate_limits import Counts, Limit
from tests.client import Client
from tests.console.browser import Console
from tests.databases import settings_for
from tests.factories import Compound

# They ask nothing of a database that differs between the two.
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
PASSWORD = "Zhengque@2026"
ANY = 10_000


class Watch:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch(monkeypatch):
    """The clock of the limits, which stands still: no test depends on how fast the machine is."""
    watch = Watch()
    monkeypatch.setattr(rate_limits, "monotonic", watch)
    monkeypatch.setattr(rate_limits, "_counts", Counts())
    return watch


@pytest.fixture
def limited(app_with, watch):
    """An application with these limits, any number of everything else, and its compound."""

    def make(proxies: tuple[str, ...] = (), **limits: int):
        given = RateLimits(**{"person": ANY, "heavy": ANY, "address": ANY, "failures": ANY, **limits})
        app = app_with(limits=given, proxies=proxies)
        contexts.enter_context(app.app_context())
        return app, Compound(app)

    with ExitStack() as contexts:
        yield make


def try_password(app, staff_no, password, address="127.0.0.1", **headers):
    """One login by password from an address."""
    body = {"provider": "password", "staff_no": staff_no, "password": password}
    client = Client(app)
    return client.post("/auth/login", body, key=None, environ_base={"REMOTE_ADDR": address}, headers=headers)


def with_password(compound, **kwargs):
    """A member of staff with a password."""
    staff = compound.staff(**kwargs)
    password_services.set_password(SYSTEM, staff_id=staff.id, password=PASSWORD, must_change=False)
    return staff


# --- counting -----------------------------------------------------------------------------------------------


def test_a_minutes_worth_may_come_at_once_and_comes_back_evenly():
    counts, limit, key = Counts(), Limit(6), ("", "person", 1)
    assert [counts.take(key, limit, 0.0) for _ in range(6)] == [0.0] * 6
    assert counts.take(key, limit, 0.0) == pytest.approx(10.0)
    # What is refused costs nothing.
    assert counts.take(key, limit, 4.0) == pytest.approx(6.0)
    assert counts.take(key, limit, 10.0) == 0.0
    assert counts.take(key, limit, 10.0) > 0
    assert [counts.take(key, limit, 1000.0) for _ in range(6)] == [0.0] * 6


def test_each_key_is_counted_by_itself_and_can_be_given_back():
    counts, limit = Counts(), Limit(1)
    one, other = ("", "person", 1), ("", "person", 2)
    assert counts.take(one, limit, 0.0) == 0.0
    assert counts.take(one, limit, 0.0) > 0
    assert counts.take(other, limit, 0.0) == 0.0
    counts.give_back(one, limit)
    assert counts.take(one, limit, 0.0) == 0.0


def test_what_is_kept_is_bounded_whoever_comes():
    counts, limit = Counts(most=100), Limit(2)
    for number in range(1000):
        assert counts.take(("", "address", number), limit, 0.0) == 0.0
        assert len(counts) <= 100
    # Those who have paid off go first: who is in debt is still known.
    counts = Counts(most=100)
    for number in range(99):
        counts.take(("", "address", number), limit, 0.0)
    debtor = ("", "address", "debtor")
    assert [counts.take(debtor, limit, 59.0) for _ in range(2)] == [0.0, 0.0]
    counts.take(("", "address", "new"), limit, 59.0)
    assert counts.take(debtor, limit, 59.0) > 0
    assert len(counts) == 2


def test_threads_together_get_no_more_than_one():
    counts, limit = Counts(), Limit(50)
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: counts.take(("", "person", 1), limit, 0.0), range(400)))
    assert waits.count(0.0) == 50


def test_the_rush_of_a_compound_behind_one_address_passes():
    """2,000 officials in the same minute, by the usual limits: app info, login, twenty calls each."""
    counts, usual = Counts(), RateLimits()
    officials, address = range(2000), ("", "address", "192.0.2.1")
    waits = [counts.take(address, Limit(usual.address), 0.0) for _ in officials for _ in ("info", "login")]
    waits += [counts.take(("", "person", n), Limit(usual.person), 0.0) for n in officials for _ in range(20)]
    assert set(waits) == {0.0}


# --- by person ----------------------------------------------------------------------------------------------


@on_sqlite
def test_who_asks_too_much_waits_and_nobody_else_does(limited, watch):
    _app, compound = limited(person=3)
    busy, other = (compound.client(compound.staff()) for _ in range(2))
    assert [busy.get("/me").status for _ in range(3)] == [200] * 3
    refused = busy.get("/home")
    assert (refused.status, refused.error) == (429, "app.too_many_requests")
    assert refused.envelope["msg"] == "操作过于频繁，请 20 秒后再试"
    assert refused.headers["Retry-After"] == "20"
    assert refused.envelope["data"] == {"retry_after_s": 20}
    assert other.get("/me").status == 200
    watch.now += 20
    assert busy.get("/me").status == 200
    assert busy.get("/me").status == 429


@on_sqlite
def test_one_person_is_one_person_on_every_device_and_in_the_console(limited, watch):
    app, compound = limited(person=3)
    staff = compound.staff()
    phone, tablet, console = compound.client(staff), compound.client(staff), Console(app, staff)
    assert [each.get("/me").status for each in (phone, tablet)] == [200, 200]
    assert console.get("/console/me").status_code == 200
    page = console.get("/console/me")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "20")
    assert "操作过于频繁" in page.text
    assert tablet.get("/me").status == 429


@on_sqlite
def test_a_refused_request_has_no_effect_and_its_key_may_be_sent_again(limited, watch):
    _app, compound = limited(person=1)
    client = compound.client(compound.staff())
    absence = {"kind": "leave", "from_date": "2030-01-07", "from_half": "am"}
    absence |= {"until_date": "2030-01-07", "until_half": "pm"}
    assert client.get("/me/absences").status == 200
    assert client.post("/me/absences", absence, key="k").status == 429
    watch.now += 60
    assert client.get("/me/absences").data["list"] == []
    watch.now += 60
    assert client.post("/me/absences", absence, key="k").status < 300


@on_sqlite
def test_uploads_and_files_that_are_made_have_a_limit_of_their_own(limited, watch):
    app, compound = limited(heavy=1)
    staff = compound.staff(roles={"administrator": (ScopeKind.COMPOUND, 0)})
    client, console = compound.client(staff), Console(app, staff)
    # That what is sent is no photo is found out later.
    file = {"file": (BytesIO(b"text"), "photo.jpg")}
    sent = client.request("POST", "/media/photos", data=file, content_type="multipart/form-data")
    assert sent.status == 415
    assert client.get("/me/personal-data").error == "app.too_many_requests"
    assert console.get("/console/staff/import/template").status_code == 429
    # Everything else goes on.
    assert client.get("/me").status == 200
    assert console.get("/console/staff").status_code == 200
    watch.now += 60
    assert console.get("/console/staff/import/template").status_code == 200


# --- by address ---------------------------------------------------------------------------------------------


@on_sqlite
def test_who_is_not_logged_in_is_counted_by_address(limited, watch):
    app, compound = limited(address=2)
    known = compound.client(compound.staff())
    nobody = Client(app)
    one, other = ({"environ_base": {"REMOTE_ADDR": address}} for address in ("192.0.2.1", "192.0.2.2"))
    assert nobody.request("GET", "/app/info", **one).status == 200
    # A made-up token counts like none.
    made_up = Client(app, "made-up")
    assert made_up.request("GET", "/me", **one).status == 401
    assert made_up.request("GET", "/me", **one).error == "app.too_many_requests"
    assert nobody.request("GET", "/app/info", **one).status == 429
    assert nobody.request("GET", "/app/info", **other).status == 200
    # Who is logged in there is not held up by it, and probes and files never are.
    assert known.request("GET", "/me", **one).status == 200
    for path in ("/healthz", "/readyz", "/static/console.css"):
        with app.test_client().get(path, **one) as response:
            assert response.status_code == 200, path


@on_sqlite
@pytest.mark.parametrize(
    "path", ["/", "/console/login", "/console/nowhere", "/q/none", "/screen/canteen/1", "/open311/v2/nowhere"]
)
def test_pages_without_a_login_say_so_in_their_own_manner(limited, watch, path):
    app, _ = limited(address=1)
    browser = app.test_client()
    browser.get("/api/v1/app/info")
    refused = browser.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "操作过于频繁" in refused.text


@on_sqlite
def test_a_device_whose_signature_is_refused_counts_as_nobody(limited, watch):
    app, _ = limited(address=1)
    device = Client(app)
    assert device.post("/devices/heartbeat", {}, key=None).error == "devices.refused"
    assert device.post("/devices/heartbeat", {}, key=None).error == "app.too_many_requests"


# --- failed logins ------------------------------------------------------------------------------------------


@on_sqlite
def test_one_password_tried_on_many_accounts_ends_after_some(limited, watch):
    """The lock of each account counts five on itself; spraying tries one on each."""
    app, compound = limited(failures=2)
    sprayed = [with_password(compound) for _ in range(4)]
    guess = "Chuntian@2026"
    answers = [try_password(app, staff.staff_no, guess).error for staff in sprayed]
    assert answers == ["identity.bad_credentials"] * 2 + ["app.too_many_failures"] * 2
    # The console's login is the same door, and whoever knows the password has to wait as well.
    console = app.test_client().post(
        "/console/login", json={"staff_no": sprayed[3].staff_no, "password": PASSWORD}
    )
    assert (console.status_code, console.json["error"]) == (429, "app.too_many_failures")
    assert console.headers["Retry-After"] == "300"
    # From elsewhere it opens, and nobody's account was locked by it.
    assert try_password(app, sprayed[0].staff_no, PASSWORD, "192.0.2.9").status == 200
    watch.now += 300
    assert try_password(app, sprayed[3].staff_no, PASSWORD).status == 200


@on_sqlite
def test_the_right_password_costs_nothing_however_many_come_from_one_address(limited, watch):
    app, compound = limited(failures=2)
    officials = [with_password(compound) for _ in range(3)]
    assert [try_password(app, each.staff_no, PASSWORD).status for each in officials] == [200] * 3
    # Nor does a second factor that is asked for, an unknown provider being down, or a weak new password.
    first, second = ({"provider": "wechat_mp", "app": "default", "code": "c"} for _ in range(2))
    unreachable = [Client(app).post("/auth/login", body, key=None).status for body in (first, second, first)]
    assert unreachable == [503] * 3


@on_sqlite
def test_binds_are_counted_apart_from_passwords(limited, watch):
    app, compound = limited(failures=1)
    staff = with_password(compound)
    ticket = {"bind_ticket": "made-up", "staff_no": staff.staff_no, "name": staff.name}
    assert Client(app).post("/auth/bind", ticket, key=None).error == "identity.bind_ticket_expired"
    assert Client(app).post("/auth/bind", ticket, key=None).error == "app.too_many_failures"
    assert try_password(app, staff.staff_no, PASSWORD).status == 200


@on_sqlite
def test_keys_of_open311_are_not_guessed_from_one_address(limited, watch):
    app, _ = limited(failures=2)
    post = app.test_client().post
    sent = [post("/open311/v2/requests.json", data={"api_key": f"k{n}"}).status_code for n in range(3)]
    assert sent == [403, 403, 429]


@on_sqlite
def test_what_is_nobodys_slows_down_the_counter_that_tries_it(limited, watch):
    """Codes and cards are counted together, by the person; one counter's faults hold up no other one."""
    _app, compound = limited(failures=2)
    canteen = compound.canteen()
    role = {"canteen_staff": (ScopeKind.CANTEEN, canteen.id)}
    counter, other = (compound.client(compound.staff(roles=role)) for _ in range(2))
    code, card = {"token": "HQ2.made-up"}, {"card_no": "C9", "canteen_id": canteen.id, "period": "lunch"}
    tried = [counter.post("/canteen/pickups", body) for body in (code, card, card, code)]
    assert [each.error for each in tried[:2]] == ["canteen.pickup_code_invalid", "canteen.no_order_for_card"]
    assert {(each.status, each.error) for each in tried[2:]} == {(429, "app.too_many_guesses")}
    assert tried[2].headers["Retry-After"] == "300"
    assert other.post("/canteen/pickups", card).error == "canteen.no_order_for_card"
    watch.now += 300
    assert counter.post("/canteen/pickups", card).error == "canteen.no_order_for_card"


# --- whose address it is ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """An application without a database."""
    return create_app(settings_for(tmp_path_factory.mktemp("bare")))


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        # Told of no proxy: what a header says is worth nothing.
        ((), "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ((), "192.0.2.1", None, "192.0.2.1"),
        # Somebody on this machine forwards, and we were not told who: nobody is counted for all others.
        ((), "127.0.0.1", "198.51.100.7", None),
        ((), "127.0.0.1", None, "127.0.0.1"),
        # Told: the last that is no proxy of ours. What stands before it, the client may have made up.
        (("127.0.0.1/32",), "127.0.0.1", "198.51.100.7", "198.51.100.7"),
        (("127.0.0.1/32",), "127.0.0.1", "10.9.9.9, 198.51.100.7", "198.51.100.7"),
        (("127.0.0.1/32", "10.0.0.0/24"), "127.0.0.1", "6.6.6.6,198.51.100.7, 10.0.0.3", "198.51.100.7"),
        # Past the proxy, its header is worth nothing again.
        (("127.0.0.1/32",), "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        # Nobody's: a proxy that says nothing, or no address.
        (("127.0.0.1/32",), "127.0.0.1", None, None),
        (("127.0.0.1/32",), "127.0.0.1", "unknown", None),
        # One subscriber has a whole network of IPv6; a mapped address is the one that it maps.
        ((), "2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        (("::1/128",), "::1", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ((), "::ffff:192.0.2.1", None, "192.0.2.1"),
        # A socket file has no address.
        ((), "", None, None),
    ],
)
def test_an_address_is_believed_only_from_proxies_that_are_named(bare, proxies, peer, forwarded, address):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    bare.config["HOUQIN"] = replace(bare.config["HOUQIN"], proxies=proxies)
    with bare.test_request_context("/", environ_base={"REMOTE_ADDR": peer}, headers=headers):
        assert rate_limits.client_address() == address


@on_sqlite
def test_a_spoofed_header_gives_no_fresh_count(limited, watch):
    app, compound = limited(proxies=("127.0.0.1/32",), failures=2)
    staff = with_password(compound)
    answers = [
        try_password(app, staff.staff_no, "x", **{"X-Forwarded-For": f"10.1.1.{n}, 198.51.100.7"}).error
        for n in range(3)
    ]
    assert answers == ["identity.bad_credentials", "identity.bad_credentials", "app.too_many_failures"]


def test_the_settings_name_networks_or_say_what_is_wrong(tmp_path):
    read = settings_for(tmp_path, HOUQIN_PROXIES="10.0.0.1, 192.168.0.0/24,::1", HOUQIN_LIMIT_PERSON="0")
    assert read.proxies == ("10.0.0.1/32", "192.168.0.0/24", "::1/128")
    assert read.limits.person == 0
    with pytest.raises(SettingsError, match="HOUQIN_PROXIES"):
        settings_for(tmp_path, HOUQIN_PROXIES="nginx")


@on_sqlite
def test_nothing_is_counted_where_the_limit_is_none(limited, watch):
    app, compound = limited(person=0, heavy=0, address=0, failures=0)
    staff = with_password(compound)
    client = compound.client(staff)
    assert {client.get("/me").status for _ in range(5)} == {200}
    assert {Client(app).get("/app/info").status for _ in range(5)} == {200}
    assert try_password(app, staff.staff_no, "x").status == 401


# --- who is left out ----------------------------------------------------------------------------------------


def test_what_is_not_counted_is_meant_not_to_be(bare):
    """Probes, files as they lie there, and what was given out by a signed link: nothing else is open."""
    uncounted = {
        rule.rule
        for rule in bare.url_map.iter_rules()
        if getattr(view := bare.view_functions[rule.endpoint], "permission", None) is PUBLIC
        and not hasattr(view, "__wrapped__")
    }
    probes = {"/healthz", "/readyz", "/metrics"}
    files = {"/static/<path:name>", "/favicon.ico", "/api/docs/assets/<name>", "/m", "/m/", "/m/<path:name>"}
    files |= {"/screen/worker.js", "/console/canteen/station/worker.js"}
    links = {"/media/<id:photo_id>/<size>", "/attachments/<id:attachment_id>"}
    assert uncounted == probes | files | links
