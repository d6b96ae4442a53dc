"""GeoReport v2 as rules, without a database: T36 to T39."""

from datetime import timedelta

import pytest

from backend import clock
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.reports.models import State
from feedback.reports.open311 import policies
from feedback.reports.open311.errors import KeyRefused, Open311Invalid
from feedback.reports.open311.policies import Status, search_of, wanted_of
from tests.factories import NINE

WANTED = {"service_code": "snap", "description": "灯坏了", "lat": "30.01", "long": "122.1"}


def test_without_dates_it_is_the_last_ninety_days_of_a_thousand():
    search = search_of({}, NINE)
    assert search.until - search.since == timedelta(days=90)
    assert search.since <= NINE - timedelta(days=89) < NINE < search.until
    assert (search.page, search.page_size, search.status, search.is_extended) == (1, 1000, None, False)


@pytest.mark.parametrize(
    "given",
    [{"start_date": "2026-08-01T00:00:00+08:00"}, {"end_date": "2026-10-30T00:00:00+08:00"}],
)
def test_one_date_gives_ninety_days(given):
    search = search_of(given, NINE)
    assert clock.local(search.since).date().isoformat() == "2026-08-01"
    assert clock.local(search.until).date().isoformat() == "2026-10-30"


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "2026-08-01T00:00:00Z", "end_date": "2026-10-31T00:00:00Z"},
        {"start_date": "2026-08-02T00:00:00Z", "end_date": "2026-08-01T00:00:00Z"},
        {"start_date": "yesterday"},
        {"start_date": "9999-12-31T23:59:59Z"},
        {"status": "resolved"},
        {"page": "0"},
        {"page": "x"},
        {"page_size": "1001"},
        {"service_request_id": ",".join(str(n) for n in range(201))},
    ],
)
def test_what_asks_for_too_much_or_nothing_is_refused(given):
    with pytest.raises(Open311Invalid):
        search_of(given, NINE)


def test_ninety_days_are_allowed_and_numbers_override_whatever_stands_beside_them():
    span = {"start_date": "2026-08-02T00:00:00Z", "end_date": "2026-10-31T00:00:00Z"}
    assert search_of(span, NINE).until - search_of(span, NINE).since == timedelta(days=90)
    search = search_of({"service_request_id": "1, 2,1", "status": "closed", "start_date": "?"}, NINE)
    assert (search.numbers, search.status) == (("1", "2"), None)


def test_a_plus_that_was_not_encoded_and_a_time_without_offset_are_understood():
    east = search_of({"start_date": "2026-11-01T08:00:00 08:00"}, NINE).since
    assert east == search_of({"start_date": "2026-11-01T00:00:00Z"}, NINE).since
    assert east == search_of({"start_date": "2026-11-01T08:00:00"}, NINE).since


def test_both_states_are_no_filter():
    assert search_of({"status": "open,closed"}, NINE).status is None
    assert search_of({"status": "open"}, NINE).status is Status.OPEN


def test_only_what_is_settled_is_closed():
    closed = {state for state in State if policies.status_of(state) is Status.CLOSED}
    assert closed == {State.CLOSED}


@pytest.mark.parametrize(
    "change",
    [
        {"service_code": ""},
        {"lat": "", "long": ""},
        {"lat": "30.0", "long": ""},
        {"lat": "91", "long": "0"},
        {"lat": "nan", "long": "0"},
        {"lat": "1e1", "long": "0"},
        {"description": " \x07 "},
        {"description": "长" * 2001},
        {"lat": "", "long": "", "address_id": "attic"},
    ],
)
def test_what_is_missing_or_wrong_in_a_submission_is_refused(change):
    with pytest.raises(Open311Invalid):
        wanted_of({**WANTED, **change})


def test_a_submission_names_a_position_a_place_or_a_plate():
    assert wanted_of(WANTED).position == (30_010_000, 122_100_000)
    nowhere = {**WANTED, "lat": "", "long": ""}
    assert wanted_of({**nowhere, "address_id": "room:12"}).place == Ref(PlaceKind.ROOM, 12)
    assert wanted_of({**nowhere, "address_id": "abcd2345efgh"}).plate_token == "abcd2345efgh"


@pytest.mark.parametrize("key", ["", "secret", "o311_" + "x" * 200, "o311_密钥"])
def test_what_cannot_be_a_key_is_refused_unread(key):
    with pytest.raises(KeyRefused):
        policies.hash_of(key)
