"""Two officials who know each other, and a lunch."""

import pytest

from backend.db import db
from tests.canteen.lunch import Lunch


class Pair:
    """A giver with an order's worth of subsidy and own money, and a receiver with subsidy."""

    def __init__(self, lunch: Lunch) -> None:
        self.lunch = lunch
        self.giver_row = self._staff(subsidy_fen=400, personal_fen=2000, name="甘一")
        self.receiver_row = self._staff(subsidy_fen=5000, personal_fen=500, name="蒋二")
        self.giver = lunch.compound.client(self.giver_row)
        self.receiver = lunch.compound.client(self.receiver_row)

    def _staff(self, **columns):
        row = self.lunch.compound.staff(**columns)
        # Threads read its number, without a session of their own.
        db.session.expunge(row)
        return row

    def consent(self, **fields):
        """The receiver allows the giver to order for them and to hand them orders."""
        return self.receiver.post("/canteen/consents", {"staff_no": self.giver_row.staff_no, **fields})

    def hand_over(self, order, by=None, to=None, **fields):
        """Hand an order over, or offer it."""
        body = {"staff_no": (to or self.receiver_row).staff_no, **fields}
        return (by or self.giver).post(f"/canteen/orders/{order['id']}/transfer", body)

    def order(self, **fields):
        """An order of 6.00 by the giver, paid by 4.00 of subsidy and 2.00 of their own."""
        return self.lunch.place(1, by=self.giver, **fields).data


def buckets(client):
    """What a client's buckets hold, in fen."""
    return {each["bucket"]: each["balance_fen"] for each in client.get("/canteen/account").data["buckets"]}


@pytest.fixture
def pair(lunch):
    """The two of them."""
    return Pair(lunch)
