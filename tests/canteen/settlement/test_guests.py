"""Official receptions in a settlement: the department pays, and they are settled with the month."""

from datetime import time, timedelta

from backend import clock
from canteen.accounts.services import reconcile
from tests.canteen.ordering.receptions.conftest import Banquet, banquet
from tests.canteen.settlement.months import DECEMBER, PATH, sums
from tests.factories import NINE

__all__ = ["banquet"]
EVENING = NINE + timedelta(hours=9)


def see(banquet: Banquet, month="2026-11"):
    client = banquet.compound.client(banquet.boss)
    return client.get(PATH, canteen_id=banquet.canteen.id, month=month).data


def test_a_reception_is_its_department_s_and_settled_with_the_month(banquet):
    approved = banquet.approved()
    with clock.at(DECEMBER):
        assert see(banquet)["obstacles"] == ["有 1 次公务接待尚未办结"]
    with clock.at(EVENING):
        assert banquet.do(approved["id"], "serve").status == 200
    with clock.at(DECEMBER):
        seen = see(banquet)
        assert [(row["title"], sums(row)) for row in seen["departments"]] == [
            ("办公室", (0, 0, 1, 0, 0, 4500))
        ]
        assert [(row["key"], row["amount_fen"]) for row in seen["periods"]] == [("dinner", 4500)]
        assert (seen["total_fen"], seen["ledger_fen"], seen["obstacles"]) == (4500, 4500, [])
        client = banquet.compound.client(banquet.boss)
        wanted = {"canteen_id": banquet.canteen.id, "month": "2026-11"}
        assert client.post(PATH, wanted).status == 201
        path = f"/canteen/receptions/{approved['id']}"
        assert client.get(path).data["state"] == "settled"
    assert reconcile() == []


def test_a_reception_that_was_taken_back_before_the_closing_costs_nothing(banquet):
    approved = banquet.approved()
    with clock.at(EVENING):
        banquet.do(approved["id"], "serve")
        answer = banquet.do(approved["id"], "reopen", reason="人数有误")
        assert answer.status == 200, answer.envelope
    with clock.at(clock.at_local(DECEMBER.date(), time(10))):
        assert see(banquet)["own_fen"] == 0
