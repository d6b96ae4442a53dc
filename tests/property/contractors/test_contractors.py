"""Contractors and contracts, over HTTP."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.actor import SYSTEM, ScopeKind
from backend.dates import month_end, previous_month
from backend.db import db
from backend.flows.grants import grant_role
from backend.flows.scopes import list_scopes
from backend.identity.roles.errors import ScopeInvalid
from backend.notifications.models import InboxMessage
from backend.places.models import PlaceKind
from backend.places.policies import Ref
from property.categories.models import Category
from property.contractors import policies, queries, services
from property.contractors.errors import BandsInvalid
from property.contractors.policies import Band, Claim
from tests.factories import MONDAY, NINE
from tests.property.estate import Estate, add


@pytest.fixture
def office(estate):
    """The estate with who manages its contractors."""
    estate.manager = estate.client("manager", "property_manager")
    return estate


def contract(estate: Estate, contractor_id: int, **fields):
    """The body of a contract for repairs, this year and the next."""
    return {
        "contractor_id": contractor_id,
        "number": "HT-2026-01",
        "title": "物业服务合同",
        "from_on": "2026-01-01",
        "until_on": "2027-12-31",
        "monthly_fee_fen": 10_000_000,
        "scopes": [{"service": "building"}],
        **fields,
    }


def registered(estate: Estate, name: str = "物业一公司", **fields):
    """A contractor with a contract, as JSON."""
    firm = estate.manager.post("/property/contractors", {"name": name}).data
    return firm, estate.manager.post("/property/contracts", contract(estate, firm["id"], **fields)).data


def test_a_contract_says_what_it_covers_and_how_long_it_runs(office):
    firm, made = registered(
        office,
        scopes=[
            {"service": "equipment", "place_kind": "building", "place_id": office.building.id},
            {"service": "building", "category_id": office.categories["leak"].id},
        ],
        bands=[{"from_points": 90, "percent": 100}, {"from_points": 0, "plus": 10}],
    )
    assert made["days_left"] == (date(2027, 12, 31) - MONDAY).days
    assert made["is_in_force"]
    assert [scope["place_path"] for scope in made["scopes"]] == [f"{office.campus.name} / 1号楼", ""]
    assert made["scopes"][1]["category_path"] == "leak"
    assert made["bands"][1] == {"from_points": 0, "percent": None, "plus": 10}
    assert office.manager.get(f"/property/contractors/{firm['id']}").data["contracts_in_force"] == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"until_on": "2025-12-31"}, "property.contract_span"),
        ({"scopes": [{"service": "building", "category_id": 999}]}, "property.contract_scope"),
        (
            {"scopes": [{"service": "building", "place_kind": "room", "place_id": 999}]},
            "property.contract_scope",
        ),
        ({"bands": [{"from_points": 10, "percent": 100}]}, "property.payment_bands"),
        ({"scopes": []}, "app.validation"),
    ],
)
def test_a_contract_that_contradicts_itself_is_refused(office, fields, error):
    firm = office.manager.post("/property/contractors", {"name": "物业一公司"}).data
    answer = office.manager.post("/property/contracts", contract(office, firm["id"], **fields))
    assert answer.status == 422
    if error != "app.validation":
        assert answer.error == error


def test_names_and_numbers_are_taken_once(office):
    firm, _ = registered(office)
    assert office.manager.post("/property/contractors", {"name": "物业一公司"}).error == (
        "property.contractor_name_taken"
    )
    again = office.manager.post("/property/contracts", contract(office, firm["id"]))
    assert (again.status, again.error) == (409, "property.contract_number_taken")


def test_who_speaks_for_a_contractor_sees_that_one_alone(office):
    firm, made = registered(office)
    other, hidden = registered(office, "物业二公司", number="HT-2026-02")
    theirs = office.client("theirs", "contractor_manager", (ScopeKind.CONTRACTOR, firm["id"]))
    assert [each["id"] for each in theirs.get("/property/contractors").data["list"]] == [firm["id"]]
    assert theirs.get(f"/property/contracts/{made['id']}").status == 200
    assert theirs.get(f"/property/contracts/{hidden['id']}").status == 404
    assert theirs.get(f"/property/contractors/{other['id']}").status == 404
    assert theirs.post("/property/contractors", {"name": "自己"}).status == 403


def test_a_role_is_granted_within_a_contractor_that_exists(office):
    firm, _ = registered(office)
    key = f"contractor:{firm['id']}"
    assert key in {choice.key for choice in list_scopes()}
    staff_id = office.people["requester"].id
    granted = grant_role(
        SYSTEM,
        staff_id=staff_id,
        role="contractor_manager",
        scope_kind=ScopeKind.CONTRACTOR,
        scope_id=firm["id"],
    )
    assert granted.scope_id == firm["id"]
    with pytest.raises(ScopeInvalid):
        grant_role(
            SYSTEM,
            staff_id=staff_id,
            role="contractor_manager",
            scope_kind=ScopeKind.CONTRACTOR,
            scope_id=999,
        )


def test_it_is_told_ninety_days_ahead_that_a_contract_ends_and_once(office):
    registered(office, until_on=(MONDAY + timedelta(days=90)).isoformat())
    registered(office, "二", number="二", until_on=(MONDAY + timedelta(days=91)).isoformat())
    assert services.remind_of_ends() == 1
    assert services.remind_of_ends() == 0
    told = db.session.scalars(
        select(InboxMessage).where(InboxMessage.kind == "property.contract_ending")
    ).one()
    assert told.staff_id == office.people["manager"].id
    with clock.at(NINE + timedelta(days=1)):
        assert services.remind_of_ends() == 1


def test_the_nearest_scope_says_whose_a_repair_is(office):
    parent = add(Category(code="water", name="水暖"))
    leaf = add(Category(code="pipe", name="管道", parent_id=parent.id))
    everywhere, _ = registered(office, "全院", number="1", scopes=[{"service": "building"}])
    here = {"service": "equipment", "place_kind": "building", "place_id": office.building.id}
    house, _ = registered(office, "本楼", number="2", scopes=[here])
    water, _ = registered(
        office, "水暖", number="3", scopes=[{"service": "cleaning", "category_id": parent.id}]
    )
    registered(office, "保洁", number="4", scopes=[{"service": "cleaning"}])
    registered(office, "旧", number="5", until_on="2026-11-22", scopes=[{**here, "category_id": leaf.id}])
    room = Ref(PlaceKind.ROOM, office.room.id)
    campus = Ref(PlaceKind.CAMPUS, office.campus.id)
    assert queries.responsible_for(leaf.id, room, MONDAY) == water["id"]
    assert queries.responsible_for(office.categories["light"].id, room, MONDAY) == house["id"]
    assert queries.responsible_for(office.categories["light"].id, campus, MONDAY) == everywhere["id"]
    assert queries.responsible_for(leaf.id, room, date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("score", "share"),
    [(1000, 1000), (850, 1000), (849, 999), (840, 990), (700, 850), (0, 150)],
)
def test_the_default_table_pays_in_full_from_eighty_five_points_on(score, share):
    assert policies.pay_share(score, policies.DEFAULT_BANDS) == share


@pytest.mark.parametrize(
    ("score", "share"), [(950, 1000), (949, 980), (850, 980), (750, 950), (650, 900), (600, 800), (599, 700)]
)
def test_a_table_of_thresholds_pays_by_steps(score, share):
    steps = [(950, 1000), (850, 980), (750, 950), (650, 900), (600, 800), (0, 700)]
    bands = policies.ensure_bands([Band(a, percent_tenths=b) for a, b in steps])
    assert policies.pay_share(score, bands) == share


@pytest.mark.parametrize(
    "bands",
    [
        [],
        [Band(10, percent_tenths=1000)],
        [Band(0, percent_tenths=1000), Band(0, percent_tenths=900)],
        [Band(0)],
        [Band(0, percent_tenths=1001)],
        [Band(0, percent_tenths=10, plus_tenths=10)],
    ],
)
def test_a_table_that_leaves_a_score_without_a_share_is_refused(bands):
    with pytest.raises(BandsInvalid):
        policies.ensure_bands(bands)


def test_a_scope_without_a_category_answers_for_repairs_only_if_its_service_repairs():
    claims = [Claim(1, 7, "cleaning", None, None), Claim(2, 8, "equipment", None, None)]
    assert policies.responsible(claims, [1], []) == 8
    assert policies.responsible(claims[:1], [1], []) is None


def test_months_are_counted_by_the_calendar():
    assert policies.days_of(date(2026, 2, 1), date(2026, 2, 10), date(2027, 1, 1)) == (
        date(2026, 2, 10),
        date(2026, 2, 28),
    )
    assert policies.days_of(date(2026, 2, 1), date(2026, 3, 1), date(2027, 1, 1)) is None
    assert previous_month(date(2027, 1, 31)) == date(2026, 12, 1)
    assert month_end(date(2026, 12, 1)) == date(2026, 12, 31)
