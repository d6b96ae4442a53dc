"""What moves money is asked for under a key, so that a repetition moves it once."""

import re

import pytest

from backend.actor import ScopeKind

MONEY = {
    "/canteen/admin/accounts/deposits",
    "/canteen/admin/accounts/pay-outs",
    "/canteen/admin/accounts/closings",
    "/canteen/admin/accounts/entries/{entry_id}/correct",
    "/canteen/admin/settlements",
    "/canteen/admin/weighed-meals/{order_id}/decision",
    "/canteen/orders",
    "/canteen/colleague-orders",
    "/canteen/transfers/{transfer_id}/accept",
    "/canteen/walk-ins",
    "/meeting/bookings/{booking_id}/meals",
}


@pytest.fixture
def anybody(compound):
    """Somebody who may do everything."""
    roles = dict.fromkeys(("administrator", "canteen_manager", "canteen_staff"), (ScopeKind.COMPOUND, 0))
    return compound.client(compound.staff(roles=roles))


@pytest.mark.parametrize("path", sorted(MONEY))
def test_money_is_not_moved_without_a_key(anybody, path):
    where = re.sub(r"{\w+}", "1", path)
    refused = anybody.post(where, {}, key=None)
    assert (refused.status, refused.error) == (422, "app.idempotency_key_needed")
    assert anybody.post(where, {}).error != refused.error


def test_who_may_not_is_told_that_first(anybody, compound, anonymous):
    path = "/canteen/admin/accounts/deposits"
    assert anonymous.post(path, {}, key=None).status == 401
    assert compound.client(compound.staff()).post(path, {}, key=None).status == 403
    # What moves none takes a key, and does without.
    assert anybody.post("/canteen/consents", {}, key=None).error == "app.invalid"


def test_the_document_says_where_a_key_is_required(app):
    document = app.test_client().get("/api/openapi.json").json
    required = {
        path.removeprefix("/api/v1")
        for path, operations in document["paths"].items()
        for each in operations.get("post", {}).get("parameters", ())
        if each == {"$ref": "#/components/parameters/RequiredIdempotencyKey"}
    }
    assert required == MONEY
    assert document["components"]["parameters"]["RequiredIdempotencyKey"]["required"] is True
