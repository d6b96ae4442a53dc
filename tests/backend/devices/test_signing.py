"""The signature: a vector that others can check, and everything that it covers, without a database."""

import hashlib
import hmac
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices import policies, signing
from backend.devices.errors import DevicePlaceMismatch, RequestStale, SignatureRefused, WrongDeviceKind
from backend.devices.models import DeviceKind
from backend.devices.policies import Credentials, DeviceState
from canteen.waste.schemas import WeighingsIn
from tests.factories import NINE

SECRET = "a secret of a scale"
NONCE = "0123456789abcdef"
VECTOR = "67e6768a10885688be41ca343894e99c3bfd645a482cd9a6e0401ead180e430a"
NOW = str(int(NINE.timestamp()))
SCALE = Credentials(7, "CZ-TEST", "回收口", DeviceKind.SCALE, 3, True, SECRET)
WINDOW = timedelta(minutes=5)
REQUEST = {"method": "POST", "target": "/api/v1/devices/weighings?x=1", "body": b'{"events":[]}'}


def headers(secret=SECRET, timestamp=NOW, nonce=NONCE, **request):
    request = {**REQUEST, **request}
    signature = signing.sign(secret, request["method"], request["target"], timestamp, nonce, request["body"])
    return {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": signature}


def verify(given_headers, found=SCALE, **request):
    request = {**REQUEST, **request}
    return policies.verify(
        found, given_headers, request["method"], request["target"], request["body"], now=NINE, window=WINDOW
    )


def test_the_signature_is_the_documented_one():
    text = (
        f"POST\n/api/v1/devices/weighings?x=1\n{NOW}\n{NONCE}\n{hashlib.sha256(REQUEST['body']).hexdigest()}"
    )
    expected = hmac.digest(SECRET.encode(), text.encode(), "sha256").hex()
    assert headers()["X-Signature"] == expected
    assert signing.sign("s", "get", "/", "1", "n", b"") == signing.sign("s", "GET", "/", "1", "n", b"")
    # Checked with openssl dgst -sha256 -hmac.
    vector = signing.sign("secret", "POST", "/api/v1/devices/heartbeat", "1795395600", "n" * 16, b"{}")
    assert vector == VECTOR


def test_the_worked_example_of_the_contract_is_right():
    text = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    example = text[text.index("## Devices and their signatures") :]
    body, signed = (block.strip("\n") for block in example.split("```")[1:4:2])
    method, target, timestamp, nonce, digest = signed.split("\n")
    assert digest == hashlib.sha256(body.encode()).hexdigest()
    secret = re.search(r"the secret `([^`]+)`", example)[1]
    assert (
        f"the signature `{signing.sign(secret, method, target, timestamp, nonce, body.encode())}`" in example
    )
    assert WeighingsIn().load(json.loads(body))["events"][0]["seq"] == 42


def test_what_is_signed_rightly_is_taken():
    request = verify(headers())
    assert (request.device_id, request.kind, request.canteen_id, request.nonce) == (7, "scale", 3, NONCE)
    assert request.sent_at == request.received_at == NINE


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"target": "/api/v1/devices/weighings"},
        {"target": "/api/v1/devices/weighings?x=2"},
        {"body": b'{"events":[1]}'},
        {"found": None},
        {"found": Credentials(7, "CZ-TEST", "回收口", DeviceKind.SCALE, 3, False, SECRET)},
        {"found": Credentials(7, "CZ-TEST", "回收口", DeviceKind.SCALE, 3, True, "another secret")},
    ],
)
def test_what_was_not_signed_so_is_refused_alike(change):
    with pytest.raises(SignatureRefused) as refused:
        verify(headers(), **change)
    assert refused.value.data == {}


@pytest.mark.parametrize(
    "change",
    [
        {"X-Timestamp": str(int(NOW) + 1)},
        {"X-Nonce": "another-nonce-of-it"},
        {"X-Signature": "0" * 64},
        {"X-Signature": "é"},
        {"X-Signature": ""},
        {"X-Nonce": "short"},
        {"X-Timestamp": "now"},
    ],
)
def test_a_header_that_was_changed_is_refused(change):
    with pytest.raises(SignatureRefused):
        verify({**headers(), **change})


@pytest.mark.parametrize(
    "nonce", ["n" * 15, "n" * 33, "with a space in it", "中文中文中文中文中文中文中文中文"]
)
def test_a_nonce_of_another_shape_is_refused_though_it_is_signed(nonce):
    with pytest.raises(SignatureRefused):
        verify(headers(nonce=nonce))


@pytest.mark.parametrize("seconds", [-300, -1, 0, 300])
def test_within_five_minutes_the_clocks_may_differ(seconds):
    assert verify(headers(timestamp=str(int(NOW) + seconds))).nonce == NONCE


@pytest.mark.parametrize("seconds", [-301, 301, -(10**8), 10**8])
def test_beyond_them_who_signs_rightly_is_told_the_time(seconds):
    with pytest.raises(RequestStale) as refused:
        verify(headers(timestamp=str(int(NOW) + seconds)))
    assert refused.value.data == {"server_time": int(NOW)}
    with pytest.raises(SignatureRefused):
        verify(headers(secret="another", timestamp=str(int(NOW) + seconds)))


def test_a_nonce_is_kept_for_longer_than_the_window_takes_its_request():
    request = verify(headers(timestamp=str(int(NOW) + 300)))
    assert policies.nonce_expiry(request, WINDOW) > NINE + WINDOW


@given(method=st.sampled_from(["GET", "POST"]), target=st.text(max_size=50), body=st.binary(max_size=200))
def test_whatever_the_request_its_own_signature_holds_and_no_other(method, target, body):
    sent = headers(method=method, target=target, body=body)
    assert verify(sent, method=method, target=target, body=body).device_id == 7
    with pytest.raises(SignatureRefused):
        verify(sent, method=method, target=target, body=body + b"x")


def test_the_skew_is_the_own_clock_less_the_servers_and_has_bounds():
    assert policies.skew_s(NINE + timedelta(seconds=90.4), NINE) == 90
    assert policies.skew_s(NINE - timedelta(seconds=90.6), NINE) == -91
    assert policies.skew_s(NINE + timedelta(days=300_000), NINE) == 10**9


def test_a_state_follows_from_when_it_was_heard():
    def state(kind=DeviceKind.SCALE, is_enabled=True, minutes=0):
        seen_at = NINE - timedelta(minutes=minutes) if minutes is not None else None
        return policies.state_of(kind, is_enabled, seen_at, NINE, timedelta(minutes=15))

    assert state(minutes=15) is DeviceState.ONLINE
    assert state(minutes=16) is DeviceState.OFFLINE
    assert state(minutes=None) is DeviceState.OFFLINE
    assert state(minutes=16, kind=DeviceKind.PLATFORM) is DeviceState.READY
    assert state(is_enabled=False) is DeviceState.DISABLED


def test_only_the_right_kind_stands_in_a_canteen_or_uses_an_endpoint():
    policies.ensure_place(DeviceKind.SCALE, 1)
    policies.ensure_place(DeviceKind.PLATFORM, None)
    for kind, canteen_id in ((DeviceKind.SCALE, None), (DeviceKind.PLATFORM, 1)):
        with pytest.raises(DevicePlaceMismatch):
            policies.ensure_place(kind, canteen_id)
    policies.ensure_kind(verify(headers()), DeviceKind.SCALE, DeviceKind.GATEWAY)
    with pytest.raises(WrongDeviceKind):
        policies.ensure_kind(verify(headers()), DeviceKind.PLATFORM)
