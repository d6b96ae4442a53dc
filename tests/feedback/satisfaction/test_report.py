"""Satisfaction over all services: as SQL of its own makes it of the single ratings, with what it rests on."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

from openpyxl import load_workbook
from sqlalchemy import text

from backend.actor import ScopeKind
from backend.db import db
from meeting.rooms import snapshot
from tests.canteen.lunch import lunch as lunch
from tests.feedback.satisfaction.planting import REVIEWER
from tests.statements import counted_statements

NOVEMBER = {"from_month": "2026-11", "until_month": "2026-11"}
NOV, OCT, LAST_YEAR = date(2026, 11, 9), date(2026, 10, 12), date(2025, 11, 10)
GOOD, MIXED, BAD = (5, 5, 4, 5, 4, 5), (5, 4, 3, 2, 5, 4, 4, 1), (1, 2, 1, 3, 2, 4)


def plant(garden):
    one, two, west = garden.canteens
    garden.meals(one, NOV, *GOOD)
    garden.meals(two, NOV, *MIXED)
    garden.meals(west, NOV, *BAD)
    garden.meals(one, OCT, 5, 4, 3, 3, 4)
    garden.meals(one, LAST_YEAR, 5, 5)
    garden.repairs(NOV, *MIXED)
    garden.handled(garden.office, NOV, *GOOD)
    garden.handled(garden.own, NOV, *BAD)


def service(report, key):
    return next(each for each in report["services"] if each["key"] == key)


def provider(of, kind, provider_id):
    return next(each for each in of["providers"] if (each["kind"], each["id"]) == (kind, provider_id))


def test_the_figures_are_what_sql_of_its_own_finds_in_the_ledger(garden):
    plant(garden)
    report = garden.reviewer.get("/feedback/satisfaction", **NOVEMBER).data
    db.session.rollback()
    ledger = db.session.execute(
        text(
            "SELECT service, provider_kind, provider_id, count(*),"
            " sum(CASE WHEN grade >= 4 THEN 1 ELSE 0 END),"
            " (SELECT sum(score) FROM rating_scores s JOIN ratings q ON q.id = s.rating_id"
            "   WHERE q.service = r.service AND q.provider_kind = r.provider_kind"
            "   AND q.provider_id = r.provider_id AND q.served_on BETWEEN '2026-11-01' AND '2026-11-30'),"
            " (SELECT count(*) FROM rating_scores s JOIN ratings q ON q.id = s.rating_id"
            "   WHERE q.service = r.service AND q.provider_kind = r.provider_kind"
            "   AND q.provider_id = r.provider_id AND q.served_on BETWEEN '2026-11-01' AND '2026-11-30')"
            " FROM ratings r WHERE served_on BETWEEN '2026-11-01' AND '2026-11-30'"
            " GROUP BY service, provider_kind, provider_id"
        )
    ).all()
    assert len(ledger) == 6
    for key, kind, provider_id, count, satisfied, points, scores in ledger:
        figures = provider(service(report, key), kind, provider_id)["figures"]
        assert (figures["count"], figures["satisfied"]) == (count, satisfied)
        assert figures["satisfied_rate"] == rounded(satisfied, count, "0.001")
        assert figures["average"] == rounded(points, scores, "0.01")
    for key in ("canteen.order", "property.work_order", "feedback.report"):
        whole = service(report, key)["figures"]
        rows = [row for row in ledger if row[0] == key]
        assert whole["count"] == sum(row[3] for row in rows)
        assert whole["average"] == rounded(sum(row[5] for row in rows), sum(row[6] for row in rows), "0.01")
        assert sum(whole["distribution"]) == whole["count"]


def rounded(part, whole, places):
    return str((Decimal(int(part)) / int(whole)).quantize(Decimal(places), ROUND_HALF_UP))


def test_changes_are_told_where_there_is_a_base_and_null_elsewhere(garden):
    plant(garden)
    report = garden.reviewer.get("/feedback/satisfaction", **NOVEMBER).data
    assert (report["before_from"], report["last_year_until"]) == ("2026-10", "2025-11")
    meals = service(report, "canteen.order")
    # 13 of 20 now; 3 of 5 in October; two ratings a year ago are no base.
    assert (meals["figures"]["satisfied_rate"], meals["before"]["satisfied_rate"]) == ("0.600", "0.600")
    assert meals["change_before"] == "0.000"
    assert (meals["last_year"]["count"], meals["last_year"]["is_withheld"]) == (2, True)
    assert meals["change_last_year"] is None
    one = provider(meals, "canteen", garden.canteens[0].id)
    assert (one["change_before"], one["change_last_year"]) == ("0.400", None)
    assert service(report, "property.work_order")["change_before"] is None


def test_services_cross_with_campuses_and_contractors(garden):
    plant(garden)
    report = garden.reviewer.get("/feedback/satisfaction", **NOVEMBER).data
    campuses = {
        row["name"]: {cell["service"]: cell["figures"]["count"] for cell in row["cells"]}
        for row in report["campuses"]
    }
    assert campuses == {
        "东院": {"canteen.order": 14, "feedback.report": 6},
        "西院": {"canteen.order": 6, "feedback.report": 6},
        "不分院区": {"feedback.report": 0, "property.work_order": 8},
    }
    contractors = {
        row["name"]: {cell["service"]: cell["figures"]["count"] for cell in row["cells"]}
        for row in report["contractors"]
    }
    assert contractors["东方物业"] == {"feedback.report": 6, "property.work_order": 8}
    assert contractors["本单位"] == {"canteen.order": 20, "feedback.report": 6}


def test_what_few_said_is_withheld_with_a_second(garden):
    one, two, west = garden.canteens
    garden.meals(one, NOV, *GOOD)
    garden.meals(two, NOV, 1, 1, 1)
    garden.meals(west, NOV, *MIXED)
    report = garden.reviewer.get("/feedback/satisfaction", **NOVEMBER).data
    meals = service(report, "canteen.order")
    assert meals["figures"]["is_withheld"] is False
    hidden = {each["id"]: each["figures"]["is_withheld"] for each in meals["providers"]}
    # East's nine are told, so that the six of one canteen would give away the three of the other.
    assert hidden == {one.id: True, two.id: True, west.id: False}
    east = next(row for row in report["campuses"] if row["name"] == "东院")
    assert east["cells"][0]["figures"]["is_withheld"] is False
    own = next(row for row in report["contractors"] if row["name"] == "本单位")
    assert own["cells"][0]["figures"]["is_withheld"] is True


def test_who_reads_one_campus_sees_its_providers_alone(garden):
    plant(garden)
    reader = garden.compound.client(
        garden.compound.staff(roles={"feedback_desk": (ScopeKind.CAMPUS, garden.west.id)})
    )
    report = reader.get("/feedback/satisfaction", **NOVEMBER).data
    seen = {(each["key"], one["id"]) for each in report["services"] for one in each["providers"]}
    assert seen == {("canteen.order", garden.canteens[2].id), ("feedback.report", garden.own.id)}
    trend = reader.get("/feedback/satisfaction/trend", **NOVEMBER, service="property.work_order")
    assert (trend.status, trend.error) == (404, "feedback.satisfaction_service_unknown")
    official = garden.compound.client(garden.compound.staff())
    assert official.get("/feedback/satisfaction", **NOVEMBER).status == 403


def test_the_trend_has_every_month_and_hides_what_the_whole_would_give_away(garden):
    one = garden.canteens[0]
    garden.meals(one, date(2026, 8, 31), *GOOD)
    garden.meals(one, date(2026, 9, 1), 1, 1)
    garden.meals(one, NOV, *MIXED)
    asked = {"from_month": "2026-08", "until_month": "2026-11", "service": "canteen.order"}
    trend = garden.reviewer.get("/feedback/satisfaction/trend", **asked).data
    told = [
        (each["month"], each["figures"]["count"], each["figures"]["is_withheld"]) for each in trend["months"]
    ]
    assert told == [("2026-08", 6, True), ("2026-09", 2, True), ("2026-10", 0, True), ("2026-11", 8, False)]
    of_one = garden.reviewer.get("/feedback/satisfaction/trend", **asked, kind="canteen", provider_id=one.id)
    assert of_one.data["months"] == trend["months"]
    wrong = garden.reviewer.get("/feedback/satisfaction", from_month="2026-11", until_month="2026-10")
    assert (wrong.status, wrong.error) == (422, "feedback.satisfaction_months_invalid")


def test_what_was_served_and_not_rated_stands_beside(lunch, compound):
    """A meal that was handed out and that nobody rated is 未参评, neither satisfied nor not."""
    order = lunch.place(1).data
    code = lunch.official.get(f"/canteen/orders/{order['id']}/pickup-code").data
    lunch.counter.post("/canteen/pickups", {"token": code["token"]})
    reviewer = compound.client(compound.staff(roles=REVIEWER))
    figures = service(reviewer.get("/feedback/satisfaction", **NOVEMBER).data, "canteen.order")["figures"]
    assert (figures["served"], figures["count"], figures["unrated"]) == (1, 0, 1)
    assert (figures["coverage"], figures["satisfied_rate"]) == ("0.000", None)
    trend = reviewer.get("/feedback/satisfaction/trend", **NOVEMBER, service="canteen.order").data
    assert trend["months"][0]["figures"]["served"] == 1


def test_dishes_are_ranked_within_reach_and_few_ratings_are_left_out(garden):
    canteen, other = garden.canteens[0], garden.canteens[2]
    loved, liked, rare = (garden.compound.dish(canteen, name) for name in ("红烧肉", "青菜", "鱼"))
    distant = garden.compound.dish(other, "面")
    garden.dishes(loved, NOV, *(5,) * 12)
    garden.dishes(liked, NOV, *(4,) * 9)
    garden.dishes(rare, NOV, 5, 5, 5)
    garden.dishes(distant, NOV, *(2,) * 6)
    ranking = garden.reviewer.get("/feedback/satisfaction/dishes", **NOVEMBER, page_size=2).data
    assert [(each["rank"], each["name"]) for each in ranking["ranked"]] == [(1, "红烧肉"), (2, "青菜")]
    # C = (60 + 36 + 15 + 12) ÷ 30 = 4.1; (10 · 4.1 + 60) ÷ 22 = 4.59; (10 · 4.1 + 36) ÷ 19 = 4.05.
    assert (ranking["mean"], ranking["weight"]) == ("4.10", 10)
    assert [(each["score"], each["average"], each["count"]) for each in ranking["ranked"]] == [
        ("4.59", "5.00", 12),
        ("4.05", "4.00", 9),
    ]
    assert (ranking["too_few"], ranking["total"]) == (1, 3)
    here = garden.reviewer.get("/feedback/satisfaction/dishes", **NOVEMBER, canteen_id=other.id).data
    assert [each["name"] for each in here["ranked"]] == ["面"]


def test_statements_do_not_grow_with_providers(garden, monkeypatch):
    # What the process has read of the meeting rooms is known from then on, on a slow machine, too.
    monkeypatch.setattr(snapshot, "LIFE_S", 60)

    def statements(path, **query):
        with counted_statements() as sent:
            assert garden.reviewer.get(path, **NOVEMBER, **query).status == 200
        return len(sent)

    asked = [
        ("/feedback/satisfaction", {}),
        ("/feedback/satisfaction/trend", {"service": "canteen.order"}),
        ("/feedback/satisfaction/dishes", {}),
    ]
    plant(garden)
    for path, query in asked:  # Rules and rooms are read once.
        statements(path, **query)
    before = [statements(path, **query) for path, query in asked]
    for _ in range(3):
        canteen = garden.compound.canteen(garden.west)
        garden.meals(canteen, NOV, *GOOD)
        garden.dishes(garden.compound.dish(canteen), NOV, *GOOD)
    assert [statements(path, **query) for path, query in asked] == before


def test_the_workbook_says_the_same(garden):
    plant(garden)
    answer = garden.reviewer.get("/feedback/satisfaction/workbook", **NOVEMBER)
    book = load_workbook(BytesIO(answer.body))
    assert book.sheetnames == ["服务与提供方", "院区与服务", "服务商与服务"]
    rows = [[cell.value for cell in row] for row in book["服务与提供方"].iter_rows(min_row=2)]
    meals = next(row for row in rows if row[:2] == ["用餐", "合计"])
    assert (meals[5], meals[8], meals[9]) == (20, 12, 0.6)
