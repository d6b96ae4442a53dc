"""Asking for a reception, and what is refused."""

from datetime import timedelta

import pytest

from backend import clock
from backend.actor import ScopeKind
from canteen.ordering.colleagues.rules import LOOKUPS_PER_HOUR
from canteen.ordering.receptions import rules
from tests.backend.media.pictures import small_jpeg
from tests.backend.media.sending import fetch, send
from tests.factories import NINE


def test_a_request_is_seen_by_its_requester_and_the_canteens_manager_alone(banquet):
    filed = banquet.file(note="一人清真，不上酒")
    assert filed.status == 201
    assert filed.data["state"] == "submitted"
    assert filed.data["number"] == f"JD20261123{filed.data['id']:06d}"
    assert (filed.data["guests"], filed.data["accompanying"], filed.data["total_fen"]) == (4, 2, 4500)
    assert filed.data["per_head_fen"] == 750
    assert filed.data["planned"]["guests"][0] == {
        "name": "来宾0",
        "title": "处长",
        "organisation": "省机关事务管理局",
    }
    assert [each["name"] for each in filed.data["planned"]["accompanying"]] == ["陪同1", "陪同2"]
    assert filed.data["actions"] == ["change", "cancel"]
    assert filed.data["closes_at"] == "2026-11-23T13:30:00+08:00"
    path = f"/canteen/receptions/{filed.data['id']}"
    assert banquet.requester.get(path).data == filed.data
    assert banquet.manager.get(path).data["actions"] == ["cancel", "approve", "reject"]
    elsewhere = banquet.compound.staff(
        roles={"canteen_manager": (ScopeKind.CANTEEN, banquet.compound.canteen().id)}
    )
    colleague = banquet.compound.staff(department=banquet.department)
    for stranger in map(banquet.compound.client, (elsewhere, colleague)):
        assert (stranger.get(path).status, stranger.get(f"{path}/sheet").status) == (404, 404)
        assert stranger.get("/canteen/receptions").data["total"] == 0
        assert stranger.get("/canteen/receptions", managed="true").data["total"] == 0
        assert stranger.post(f"{path}/cancel").status == 404
    assert banquet.manager.get("/canteen/receptions", managed="true").data["total"] == 1


def test_the_list_is_filtered_and_names_no_guest(banquet):
    first = banquet.file().data
    banquet.file(date="2026-12-01", letter_no="浙办函〔2026〕13号")
    listed = banquet.requester.get("/canteen/receptions", month="2026-11").data["list"]
    assert [row["id"] for row in listed] == [first["id"]]
    assert "来宾" not in str(listed)
    assert banquet.requester.get("/canteen/receptions", state="approved").data["total"] == 0
    assert banquet.requester.get("/canteen/receptions", page_size=1).data["total"] == 2


def test_the_managers_of_the_canteen_are_told_and_nobody_else(banquet):
    campus_manager = banquet.compound.staff(
        roles={"canteen_manager": (ScopeKind.CAMPUS, banquet.canteen.campus_id)}
    )
    counter = banquet.lunch.counter
    banquet.file()
    for client in (banquet.manager, banquet.compound.client(campus_manager)):
        (message,) = client.get("/inbox").data["messages"]
        assert message["title"] == "公务接待待审批"
        assert "办公室申请11月23日晚餐" in message["text"]
    assert counter.get("/inbox").data["messages"] == []


REFUSALS = [
    ({"letter_no": "暂无公函"}, 422, "canteen.reception_letter_needed"),
    ({"companions": 4}, 422, "canteen.reception_too_many_companions"),
    ({"standard_fen": 5001}, 422, "canteen.reception_standard_too_high"),
    ({"standard_fen": 749}, 422, "canteen.reception_over_standard"),
    ({"purpose": "other"}, 422, "canteen.reception_subject_needed"),
    ({"purpose": "other", "subject": "考察，备白酒两瓶"}, 422, "canteen.reception_text_forbidden"),
    ({"note": "上点茅台"}, 422, "canteen.reception_text_forbidden"),
    ({"note": "最好有燕窝"}, 422, "canteen.reception_text_forbidden"),
    ({"period": "breakfast"}, 422, "canteen.reception_period_not_served"),
    ({"period": "lunch"}, 409, "canteen.reception_too_late"),
    ({"date": "2026-11-22"}, 409, "canteen.reception_too_late"),
    ({"accompanying": ["C01", "C01"]}, 422, "canteen.reception_repeated"),
    ({"accompanying": ["C01", "X99"]}, 422, "canteen.reception_companion_unknown"),
    ({"dishes": [{"dish_id": 999_999, "quantity": 1}]}, 422, "canteen.reception_dish_unknown"),
    ({"canteen_id": 999_999}, 404, "canteen.canteen_not_found"),
    ({"letter_photo_ids": [999_999]}, 404, "media.photo_not_found"),
    ({"guests": 0}, 422, "app.invalid"),
]


def test_what_the_regulation_forbids_is_refused_and_leaves_nothing(banquet):
    for changes, status, error in REFUSALS:
        answer = banquet.file(**changes)
        assert (answer.status, answer.error) == (status, error), changes
    assert banquet.requester.get("/canteen/receptions").data["total"] == 0


def test_dishes_of_others_and_dishes_that_may_not_be_are_refused(banquet):
    compound, canteen = banquet.compound, banquet.canteen
    wrong = [
        (compound.dish(compound.canteen()), "canteen.reception_dish_unknown"),
        (compound.dish(canteen, is_active=False), "canteen.reception_dish_unknown"),
        (compound.dish(canteen, price_fen=None), "canteen.reception_dish_unknown"),
        (compound.dish(canteen, price_fen=0), "canteen.reception_free"),
        (compound.dish(canteen, "飞天茅台500ml"), "canteen.reception_dish_forbidden"),
        (compound.dish(canteen, "软中华2包"), "canteen.reception_dish_forbidden"),
        (compound.dish(canteen, "红烧鱼翅"), "canteen.reception_dish_forbidden"),
        (compound.dish(canteen, "热红酒姜茶", category="drink"), "canteen.reception_dish_forbidden"),
    ]
    for dish, error in wrong:
        assert banquet.file(dishes=[{"dish_id": dish.id, "quantity": 1}]).error == error, dish.name
    twice = [{"dish_id": banquet.dishes[0].id, "quantity": 1}] * 2
    assert banquet.file(dishes=twice).error == "canteen.reception_repeated"
    fine = [compound.dish(canteen, name) for name in ("酒酿圆子", "啤酒鸭", "杏鲍菇炒肉")]
    assert banquet.file(dishes=[{"dish_id": dish.id, "quantity": 1} for dish in fine]).status == 201


def test_one_letter_has_one_reception_at_a_meal_and_a_second_meal_is_pointed_out(banquet):
    first = banquet.file().data
    again = banquet.file(letter_no="浙办函 [2026] 12 号")
    assert (again.status, again.error) == (409, "canteen.reception_letter_taken")
    second = banquet.file(date="2026-11-24")
    assert (second.status, second.data["letter_uses"]) == (201, 1)
    moved = banquet.requester.put(f"/canteen/receptions/{second.data['id']}", banquet.body(revision=1))
    assert (moved.status, moved.error) == (409, "canteen.reception_letter_taken")
    banquet.do(first["id"], "cancel", by=banquet.requester)
    assert banquet.file(letter_no="浙办函(2026)12号").status == 201


def test_the_canteens_rules_hold_and_cannot_be_laxer_than_the_regulation(banquet):
    seen = banquet.manager.get("/rules", scope_id=banquet.canteen.id).data["list"]
    assert "canteen.reception_luxuries" in {rule["key"] for rule in seen}

    def decide(key, value):
        body = {"scope_id": banquet.canteen.id, "value": value, "reason": "从严", "seen_version_id": 0}
        return banquet.manager.put(f"/rules/{key}", body)

    assert decide("canteen.reception_small_companions", 4).status == 422
    assert decide("canteen.reception_guests_per_companion", 2).status == 422
    assert decide("canteen.reception_luxuries", ["鱼"]).status == 422
    assert decide("canteen.reception_small_companions", 1).status == 200
    assert banquet.file().envelope["data"]["limit"] == 1
    assert decide("canteen.reception_luxuries", "龙虾、帝王蟹").status == 200
    assert banquet.file(companions=1, note="要龙虾").error == "canteen.reception_text_forbidden"
    assert banquet.file(companions=1, note="要鱼翅").status == 201


def test_a_request_is_changed_by_its_requester_until_it_is_decided(banquet):
    filed = banquet.file().data
    path = f"/canteen/receptions/{filed['id']}"
    body = banquet.body(guests=2, companions=1, letter_no="浙办函〔2026〕13号", revision=1)
    assert banquet.manager.put(path, body).status == 403
    changed = banquet.requester.put(path, body).data
    assert (changed["guests"], changed["accompanying"], changed["revision"]) == (2, 1, 2)
    assert len(changed["planned"]["guests"]) == 2
    assert banquet.requester.put(path, body).error == "canteen.reception_changed"
    assert banquet.requester.put(path, {**body, "revision": 2, "note": "备酒"}).status == 422
    # Who read the request before it was changed does not decide on what they have not read.
    assert banquet.do(filed["id"], "approve", revision=1).error == "canteen.reception_changed"
    assert banquet.do(filed["id"], "approve", revision=2).status == 200
    assert banquet.requester.put(path, {**body, "revision": 3}).error == "canteen.reception_state"


@pytest.mark.parametrize("step", ["file", "change", "cancel"])
def test_after_the_lead_time_has_begun_it_is_too_late(banquet, step):
    filed = banquet.file().data
    with clock.at(NINE + timedelta(hours=4, minutes=30)):
        answers = {
            "file": lambda: banquet.file(letter_no="浙办函〔2026〕99号"),
            "change": lambda: banquet.requester.put(
                f"/canteen/receptions/{filed['id']}", banquet.body(revision=1)
            ),
            "cancel": lambda: banquet.do(filed["id"], "cancel", by=banquet.requester),
        }
        assert answers[step]().error == "canteen.reception_too_late"


def test_words_of_a_rule_are_told_apart_however_they_are_typed():
    kind = rules.LUXURIES.kind
    assert kind.load("鱼翅， 燕窝,鲍鱼 鱼翅") == ("鱼翅", "燕窝", "鲍鱼")
    assert kind.text(()) == "无"
    assert kind.dump(kind.load(["鱼翅"])) == ["鱼翅"]


def test_scans_of_the_letter_are_attached_kept_and_let_go_of(banquet):
    first, second, third = (photo_of(banquet.requester, shade) for shade in (10, 20, 30))
    filed = banquet.file(letter_photo_ids=[first, second]).data
    assert [photo["id"] for photo in filed["letter_photos"]] == [first, second]
    assert fetch(banquet.compound.app, filed["letter_photos"][0]["links"]["thumb"]).status_code == 200
    path = f"/canteen/receptions/{filed['id']}"
    kept = banquet.requester.put(path, banquet.body(revision=1, note="少盐")).data
    assert [photo["id"] for photo in kept["letter_photos"]] == [first, second]
    mended = banquet.requester.put(path, banquet.body(revision=2, letter_photo_ids=[second, third])).data
    assert [photo["id"] for photo in mended["letter_photos"]] == [second, third]
    assert fetch(banquet.compound.app, filed["letter_photos"][0]["links"]["thumb"]).status_code == 404
    foreign = photo_of(banquet.manager, 40)
    refused = banquet.requester.put(path, banquet.body(revision=3, letter_photo_ids=[foreign]))
    assert (refused.status, refused.error) == (404, "media.photo_not_found")
    assert banquet.requester.get(path).data["revision"] == 3


def photo_of(client, shade):
    """A loose photo of the client's."""
    return send(client, small_jpeg(shade)).data["id"]


def test_a_request_can_be_written_knowing_what_it_keeps_to(banquet):
    asked = banquet.requester.get("/canteen/reception-limits", canteen_id=banquet.canteen.id)
    assert asked.data == {
        "standard_fen": 5000,
        "small_party": 10,
        "small_companions": 3,
        "guests_per_companion": 3,
        "lead_minutes": 240,
    }
    closed = banquet.compound.canteen(name="旧食堂", is_active=False)
    refused = banquet.requester.get("/canteen/reception-limits", canteen_id=closed.id)
    assert (refused.status, refused.error) == (404, "canteen.canteen_not_found")


def test_numbers_of_companions_are_look_ups_of_colleagues(banquet):
    banquet.compound.rule(LOOKUPS_PER_HOUR, 4)
    # One's own number, and one that is named twice, tell nothing.
    filed = banquet.file(accompanying=["C01", "C02", "A01"]).data
    path = f"/canteen/receptions/{filed['id']}"
    kept = banquet.body(accompanying=["C01", "C02"], revision=1)
    assert banquet.requester.put(path, kept).status == 200
    # Whether a number exists is told by a refusal as well, which counts.
    for number in ("X01", "X02"):
        unknown = banquet.file(accompanying=[number], letter_no="浙办函〔2026〕13号")
        assert unknown.error == "canteen.reception_companion_unknown"
    for refused in (
        banquet.file(accompanying=["X03"], letter_no="浙办函〔2026〕13号"),
        banquet.requester.put(path, {**kept, "revision": 2, "accompanying": ["C01", "C03"]}),
        banquet.requester.get("/colleagues", q="C03"),
    ):
        assert (refused.status, refused.error) == (429, "canteen.too_many_lookups")
    assert banquet.requester.put(path, {**kept, "revision": 2}).status == 200
    with clock.at(NINE + timedelta(hours=1)):
        changed = banquet.requester.put(path, {**kept, "revision": 3, "accompanying": ["C01", "C03"]})
        assert changed.status == 200
