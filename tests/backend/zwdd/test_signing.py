"""The gateway's signature, against a value that was computed apart from the code."""

from datetime import UTC, datetime

from backend.zwdd import signing


def test_a_signature_is_what_openssl_says() -> None:
    """printf '%s' "…" | openssl dgst -sha256 -hmac secret -binary | base64"""
    parameters = {"b": "中文 &", "a": "1"}

    signed = signing.signature(
        "secret",
        "POST",
        "2026-11-23T09:00:00.000+08:00",
        "17951000000001234",
        "/message/workNotification",
        parameters,
    )

    assert signed == "/OK34dUWaBAyMDKoMhsSxB3OPhZPkXaafOO9oWjhnic="
    bare = signing.signature("secret", "GET", "2026-11-23T09:00:00.000+08:00", "1", "/gettoken.json", {})
    assert bare == "XMcMfZDkETBsAk8QYqYIXH5CNTo18reTjewI/LIX3zg="


def test_a_timestamp_is_the_compounds_with_milliseconds() -> None:
    instant = datetime(2026, 11, 23, 1, 2, 3, 456_789, UTC)

    assert signing.timestamp_of(instant) == "2026-11-23T09:02:03.456+08:00"
    assert signing.nonce_of(instant, 42) == "17953957234560042"
