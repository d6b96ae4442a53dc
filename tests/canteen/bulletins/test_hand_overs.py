"""The loads that collectors took: recorded, shown in the ledger, taken back, and nobody else's business."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from tests.canteen.bulletins.season import JANUARY, Season
from tests.client import Answer
from tests.printed import text_of
from tests.threads import at_once

LOADS = "/canteen/admin/hand-overs"
LEDGER = "/canteen/admin/waste-ledger"


def load(season: Season, **fields: object) -> dict[str, object]:
    """A load of this morning."""
    return {
        "canteen_id": season.canteens[0].id,
        "handed_at": clock.local(JANUARY - timedelta(hours=2)).isoformat(),
        "kind": "food_waste",
        "weight_g": 123_450,
        "receiver": "净城环卫有限公司",
        "use": "堆肥",
        "vehicle_no": "浙L12345",
        "receipt_no": "LD-0001",
        **fields,
    }


def test_a_load_stands_in_the_ledger_until_it_is_taken_back(season: Season):
    client = season.client(season.manager)
    asked = {"canteen_id": season.canteens[0].id, "month": "2027-01"}
    made = client.post(LOADS, load(season))
    assert made.status == 201
    client.post(LOADS, load(season, kind="used_oil", weight_g=8_000))
    shown = client.get(LEDGER, **asked).data
    assert [(day["date"], day["taken_g"], day["total_g"]) for day in shown["days"]] == [
        ("2027-01-05", 131_450, None)
    ]
    page = text_of(client.get(f"{LEDGER}/pdf", **asked).body)
    for wanted in ("123.450", "8.000", "131.450", "废弃食用油脂", "浙L12345", "LD-0001", "净城环卫有限公司"):
        assert wanted in page

    back = client.post(f"{LOADS}/{made.data['id']}/void", {"reason": "车牌有误"})
    assert back.data["is_taken_back"] is True
    again = client.post(f"{LOADS}/{made.data['id']}/void", {"reason": "再来"})
    assert again.error == "canteen.hand_over_taken_back"
    assert client.get(LEDGER, **asked).data["whole"]["taken_g"] == 8_000
    listed = client.get(LOADS, **asked).data["list"]
    assert sorted((row["weight_g"], row["is_taken_back"]) for row in listed) == [
        (8_000, False),
        (123_450, True),
    ]
    book = load_workbook(BytesIO(client.get(f"{LEDGER}/xlsx", **asked).body))
    rows = list(book["收运记录"].iter_rows(values_only=True))[1:]
    assert sorted((round(row[2] * 1000), row[8]) for row in rows) == [(8_000, None), (123_450, "作废")]


def test_of_two_who_take_a_load_back_at_once_one_is_told_so(season: Season):
    client = season.client(season.manager)
    made = client.post(LOADS, load(season)).data

    def take_back() -> Answer:
        with clock.at(JANUARY):
            return client.post(f"{LOADS}/{made['id']}/void", {"reason": "车牌有误"})

    answers = at_once([take_back] * 4)
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    refused = {answer.error for answer in answers if answer.status == 409}
    assert refused == {"canteen.hand_over_taken_back"}


def test_a_load_is_recorded_after_it_went_and_not_years_later(season: Season):
    client = season.client(season.manager)
    for at in (JANUARY + timedelta(minutes=1), JANUARY - timedelta(days=63)):
        refused = client.post(LOADS, load(season, handed_at=clock.local(at).isoformat()))
        assert refused.error == "canteen.hand_over_time"
    assert client.post(LOADS, load(season, weight_g=0)).status == 422


@pytest.mark.parametrize("who", ["official", "neighbour"])
def test_another_canteens_loads_and_ledger_are_not_ones_business(season: Season, who: str):
    made = season.client(season.manager).post(LOADS, load(season)).data
    staff = season.official
    if who == "neighbour":
        roles = {"canteen_manager": (ScopeKind.CANTEEN, season.canteens[1].id)}
        staff = season.compound.staff(roles=roles)
    client, status = season.client(staff), 403 if who == "official" else 404
    asked = {"canteen_id": season.canteens[0].id, "month": "2027-01"}
    assert client.post(LOADS, load(season)).status == status
    assert client.get(LOADS, **asked).status == status
    assert client.get(LEDGER, **asked).status == status
    assert client.get(f"{LEDGER}/pdf", **asked).status == status
    assert client.post(f"{LOADS}/{made['id']}/void", {"reason": "x"}).status == status
