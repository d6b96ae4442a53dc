"""From the decision to the ledger."""

from datetime import timedelta
from functools import partial

from backend import clock
from backend.actor import ScopeKind
from backend.audit.models import AuditEvent
from backend.db import atomic, db
from canteen.accounts.services import reconcile
from canteen.ordering.receptions import operations
from canteen.ordering.services import freeze_meal
from tests.factories import MONDAY, NINE
from tests.threads import at_once

EVENING = NINE + timedelta(hours=9)


def trail(action):
    db.session.rollback()
    return [event.result for event in db.session.query(AuditEvent).filter_by(action=f"canteen.{action}")]


def test_an_approved_reception_is_served_and_booked_on_its_department(banquet):
    approved = banquet.approved()
    assert approved["state"] == "approved"
    assert approved["decider"] == "沈管理"
    assert banquet.requester.get("/inbox").data["messages"][0]["title"] == "公务接待已批准"
    account = banquet.requester.get("/canteen/account").data
    path = f"/canteen/receptions/{approved['id']}"
    assert banquet.do(approved["id"], "serve").error == "canteen.reception_not_yet"
    with clock.at(EVENING):
        assert banquet.manager.get(path).data["actions"] == ["cancel", "serve"]
        assert banquet.do(approved["id"], "serve", by=banquet.requester).status == 403
        served = banquet.do(approved["id"], "serve").data
        again = banquet.do(approved["id"], "serve")
    assert (served["state"], served["actual_guests"], served["actual_accompanying"]) == ("served", 4, 2)
    assert served["actual"] == served["planned"]
    assert again.error == "canteen.reception_state"
    assert banquet.ledger() == [
        ("reception", "reception", None, banquet.department.id, -4500),
        ("reception", "sales", banquet.canteen.id, None, 4500),
    ]
    assert reconcile() == []
    # It is the department's money: the requester's own account knows nothing of it.
    assert banquet.requester.get("/canteen/account").data == account
    entries = banquet.requester.get("/canteen/account/entries").data["list"]
    assert [entry["kind"] for entry in entries] == ["grant"]
    assert [trail(f"reception_{step}") for step in ("filed", "approved", "served")] == [["done"]] * 3


def test_who_came_is_kept_beside_who_was_announced(banquet):
    approved = banquet.approved()
    came = [{"name": "来宾0", "title": "处长"}, {"name": "随员", "title": "司机", "organisation": "车队"}]
    with clock.at(EVENING):
        body = {
            "guests": came,
            "accompanying": ["C02"],
            "dishes": [{"dish_id": banquet.dishes[0].id, "quantity": 3}],
        }
        served = banquet.do(approved["id"], "serve", **body).data
    assert [guest["organisation"] for guest in served["actual"]["guests"]] == ["省机关事务管理局", "车队"]
    assert [each["staff_no"] for each in served["actual"]["accompanying"]] == ["C02"]
    assert (len(served["planned"]["guests"]), served["total_fen"]) == (4, 4500)
    assert (served["actual_total_fen"], served["per_head_fen"]) == (1800, 600)


def test_the_limits_are_asked_again_of_those_who_came(banquet):
    approved = banquet.approved(guests=12, companions=4, standard_fen=500)
    extra = [{"name": f"来宾{n}", "title": "处长"} for n in range(15)]
    more_food = [{"dish_id": banquet.dishes[1].id, "quantity": 10}]
    with clock.at(EVENING):
        for body, error in (
            ({"guests": extra}, "canteen.reception_too_many_unannounced"),
            ({"guests": extra[:9]}, "canteen.reception_too_many_companions"),
            ({"accompanying": ["C01", "C02", "C03", "C04", "C05"]}, "canteen.reception_too_many_companions"),
            ({"dishes": more_food}, "canteen.reception_over_standard"),
        ):
            refused = banquet.do(approved["id"], "serve", **body)
            assert refused.error == error, body
        assert banquet.ledger() == []
        # What was cooked for guests who stayed away is no excess of those who came.
        few = {"guests": extra[:5], "accompanying": ["C01"]}
        assert banquet.do(approved["id"], "serve", **few).data["per_head_fen"] == 750


def test_two_guests_more_than_announced_are_registered(banquet):
    approved = banquet.approved()
    six = [{"name": f"来宾{n}", "title": "处长"} for n in range(6)]
    with clock.at(EVENING):
        assert banquet.do(approved["id"], "serve", guests=six).data["actual_guests"] == 6


def test_what_was_registered_wrongly_is_reversed_and_booked_anew(banquet):
    approved = banquet.approved()
    with clock.at(EVENING):
        banquet.do(approved["id"], "serve")
        assert banquet.do(approved["id"], "reopen").status == 422
        reopened = banquet.do(approved["id"], "reopen", reason="份数登记有误").data
        assert (reopened["state"], reopened["actual"]) == ("approved", None)
        assert banquet.do(approved["id"], "reopen", reason="再来一次").error == "canteen.reception_state"
        dishes = [{"dish_id": banquet.dishes[0].id, "quantity": 5}]
        banquet.do(approved["id"], "serve", dishes=dishes)
    legs = banquet.ledger()
    assert [(kind, account, fen) for kind, account, _, _, fen in legs] == [
        ("reception", "reception", -4500),
        ("reception", "sales", 4500),
        ("correction", "reception", 4500),
        ("correction", "sales", -4500),
        ("reception", "reception", -3000),
        ("reception", "sales", 3000),
    ]
    assert reconcile() == []


def test_nobody_decides_on_their_own_request_and_the_attempt_is_on_record(banquet):
    own = banquet.file(by=banquet.manager).data
    for step, body in (("approve", {}), ("reject", {"reason": "不同意"})):
        refused = banquet.do(own["id"], step, revision=1, **body)
        assert (refused.status, refused.error) == (403, "canteen.own_reception")
        assert trail(f"reception_{'approved' if step == 'approve' else 'rejected'}") == ["refused"]
    assert banquet.manager.get(f"/canteen/receptions/{own['id']}").data["state"] == "submitted"


def another_manager(banquet):
    roles = {"canteen_manager": (ScopeKind.CANTEEN, banquet.canteen.id)}
    return banquet.compound.client(banquet.compound.staff("M02", name="陆管理", roles=roles))


def test_nobody_decides_on_a_meal_at_which_they_dine(banquet):
    filed = banquet.file(accompanying=["M01"]).data
    path = f"/canteen/receptions/{filed['id']}"
    assert banquet.manager.get(path).data["actions"] == ["cancel"]
    assert banquet.do(filed["id"], "approve", revision=1).error == "canteen.own_reception"
    assert banquet.do(filed["id"], "reject", revision=1, reason="不同意").error == "canteen.own_reception"
    assert trail("reception_approved") == trail("reception_rejected") == ["refused"]
    assert banquet.do(filed["id"], "approve", by=another_manager(banquet), revision=1).status == 200


def test_nobody_registers_what_they_asked_for_or_dined_at(banquet):
    other = another_manager(banquet)
    own = banquet.file(by=banquet.manager).data
    dining = banquet.file(accompanying=["M01"], letter_no="浙办函〔2026〕14号").data
    foreign = banquet.file(letter_no="浙办函〔2026〕15号").data
    for filed in (own, dining, foreign):
        assert banquet.do(filed["id"], "approve", by=other, revision=1).status == 200
    with clock.at(EVENING):
        for filed, body in ((own, {}), (dining, {}), (foreign, {"accompanying": ["M01"]})):
            refused = banquet.do(filed["id"], "serve", **body)
            assert (refused.status, refused.error) == (403, "canteen.own_reception")
        assert trail("reception_served") == ["refused"] * 3
        assert banquet.ledger() == []
        assert banquet.do(foreign["id"], "serve").status == 200
        assert banquet.do(own["id"], "serve", by=other).status == 200
        assert banquet.do(dining["id"], "serve", by=other).status == 200


def test_a_request_is_turned_down_with_a_reason_and_stays_so(banquet):
    filed = banquet.file().data
    assert banquet.do(filed["id"], "reject", revision=1).status == 422
    rejected = banquet.do(filed["id"], "reject", revision=1, reason="公函与来访单位不符").data
    assert (rejected["state"], rejected["reason"]) == ("rejected", "公函与来访单位不符")
    assert "公函与来访单位不符" in banquet.requester.get("/inbox").data["messages"][0]["text"]
    assert banquet.do(filed["id"], "approve", revision=2).error == "canteen.reception_state"


def test_a_manager_of_another_canteen_decides_on_nothing_here(banquet):
    filed = banquet.file().data
    other = banquet.compound.staff(
        "Z1", roles={"canteen_manager": (ScopeKind.CANTEEN, banquet.compound.canteen().id)}
    )
    client = banquet.compound.client(other)
    assert banquet.do(filed["id"], "approve", by=client, revision=1).status == 404
    own = banquet.file(by=client, letter_no="浙办函〔2026〕20号").data
    assert banquet.do(own["id"], "approve", by=client, revision=1).error == "app.forbidden"
    assert banquet.do(filed["id"], "approve", by=banquet.requester, revision=1).status == 403


def test_nothing_is_approved_once_the_meal_has_begun(banquet):
    filed = banquet.file().data
    with clock.at(EVENING):
        assert banquet.do(filed["id"], "approve", revision=1).error == "canteen.reception_begun"
        assert banquet.do(filed["id"], "reject", revision=1, reason="未及审批").status == 200


def test_a_manager_cancels_with_a_reason_when_nobody_comes(banquet):
    approved = banquet.approved()
    with clock.at(EVENING):
        assert (
            banquet.do(approved["id"], "cancel", by=banquet.requester).error == "canteen.reception_too_late"
        )
        assert banquet.do(approved["id"], "cancel").error == "canteen.reception_reason_needed"
        assert banquet.do(approved["id"], "cancel", reason="来宾未到").data["state"] == "cancelled"
    assert "来宾未到" in banquet.requester.get("/inbox").data["messages"][0]["text"]
    assert banquet.ledger() == []


def test_the_settlement_closes_what_was_served_alone(banquet):
    served, waiting = banquet.approved(), banquet.approved(letter_no="浙办函〔2026〕13号")
    month = (banquet.canteen.id, MONDAY.replace(day=1), MONDAY.replace(day=30))
    with clock.at(EVENING):
        banquet.do(served["id"], "serve")

    @atomic
    def settle():
        return operations.settle(*month, at=clock.now())

    assert (settle(), settle()) == (1, 0)
    with clock.at(EVENING):
        assert banquet.do(served["id"], "reopen", reason="太晚了").error == "canteen.reception_state"
    assert banquet.manager.get(f"/canteen/receptions/{served['id']}").data["state"] == "settled"
    assert banquet.manager.get(f"/canteen/receptions/{waiting['id']}").data["state"] == "approved"


def test_the_kitchen_reads_of_receptions_beside_the_orders(banquet):
    banquet.file(letter_no="浙办函〔2026〕13号", date="2026-11-24", period="lunch", note="一人清真")
    banquet.compound.meal(
        banquet.canteen, [(dish, None) for dish in banquet.dishes], MONDAY + timedelta(days=1)
    )
    where = {"canteen_id": banquet.canteen.id, "date": "2026-11-24", "period": "lunch"}
    assert banquet.manager.get("/canteen/admin/prep-list", **where).data["receptions"] == []
    (row,) = banquet.requester.get("/canteen/receptions").data["list"]
    banquet.do(row["id"], "approve", revision=1)
    prep = banquet.lunch.counter.get("/canteen/admin/prep-list", **where).data
    assert prep["dishes"] == []
    (reception,) = prep["receptions"]
    assert (reception["heads"], reception["department"], reception["note"]) == (6, "办公室", "一人清真")
    assert [(dish["name"], dish["quantity"]) for dish in reception["dishes"]] == [
        (banquet.dishes[0].name, 6),
        (banquet.dishes[1].name, 1),
    ]
    assert "来宾" not in str(prep)


def test_a_frozen_prep_list_still_shows_a_late_approval(banquet):
    filed = banquet.file(date="2026-11-24", period="lunch").data
    meal = banquet.compound.meal(banquet.canteen, [(banquet.dishes[0], None)], MONDAY + timedelta(days=1))
    freeze_meal(meal.id)
    banquet.do(filed["id"], "approve", revision=1)
    where = {"canteen_id": banquet.canteen.id, "date": "2026-11-24", "period": "lunch"}
    prep = banquet.manager.get("/canteen/admin/prep-list", **where).data
    assert prep["is_frozen"]
    assert len(prep["receptions"]) == 1


def test_of_two_steps_at_once_one_is_taken(banquet, soak):
    for number in range(20 if soak else 3):
        letter = f"浙办函〔2026〕{100 + number}号"
        decided = at_once(decisions(banquet, banquet.file(letter_no=letter).data["id"]))
        # An approval may still be cancelled; nothing else follows anything.
        taken = sorted(answer.status for answer in decided)
        assert taken in ([200, 409, 409], [200, 200, 409]), [answer.envelope for answer in decided]
        errors = {answer.error for answer in decided if answer.status == 409}
        assert errors <= {"canteen.reception_state", "canteen.reception_changed"}
        approved = banquet.approved(letter_no=f"{letter}之二")
        before = len(banquet.ledger())
        with clock.at(EVENING):
            served = at_once([partial(banquet.do, approved["id"], "serve")] * 3)
            assert sorted(answer.status for answer in served) == [200, 409, 409]
        assert len(banquet.ledger()) == before + 2


def decisions(banquet, reception_id):
    """What three people might do with a request at the same moment."""
    return [
        partial(banquet.do, reception_id, "approve", revision=1),
        partial(banquet.do, reception_id, "cancel", by=banquet.requester),
        partial(banquet.do, reception_id, "reject", revision=1, reason="不同意"),
    ]


def test_a_letter_filed_twice_at_once_has_one_reception(banquet):
    answers = at_once([lambda: banquet.file()] * 3)
    assert sorted(answer.status for answer in answers) == [201, 409, 409]
    assert {answer.error for answer in answers if answer.status == 409} == {"canteen.reception_letter_taken"}
