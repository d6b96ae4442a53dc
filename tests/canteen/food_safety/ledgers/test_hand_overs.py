"""Loads that collectors took, as the records of food safety see them."""

from backend import clock
from tests.factories import MONDAY, NINE

LOADS = "/canteen/ledgers/hand-overs"


def test_both_ledgers_show_the_same_load(kitchen):
    with clock.at(NINE):
        body = {
            "canteen_id": kitchen.canteen.id,
            "handed_at": clock.local(NINE).isoformat(),
            "kind": "used_oil",
            "weight_g": 18_500,
            "receiver": "市环能公司",
            "licence_no": "餐废许〔2026〕7 号",
            "signed_by": "李收运",
            "use": "制生物柴油",
        }
        made = kitchen.officer.post(LOADS, body).data
        assert (made["licence_no"], made["signed_by"]) == ("餐废许〔2026〕7 号", "李收运")
        old = kitchen.cook.get(
            "/canteen/admin/hand-overs", canteen_id=kitchen.canteen.id, month="2026-11"
        ).data["list"]
        assert [each["id"] for each in old] == [made["id"]]

        assert kitchen.cook.post(f"{LOADS}/{made['id']}/void", {"reason": "填错"}).data["is_taken_back"]
        query = {"canteen_id": kitchen.canteen.id, "from_date": MONDAY, "to_date": MONDAY}
        (seen,) = kitchen.officer.get(LOADS, kind="used_oil", **query).data["list"]
        assert seen["is_taken_back"]
        assert kitchen.officer.get(LOADS, kind="food_waste", **query).data["list"] == []
        assert kitchen.someone.get(LOADS, **query).status == 404
