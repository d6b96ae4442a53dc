"""Every figure of the quarterly bulletin and of the ledger is what was planted, and what plain SQL finds."""

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import text

from backend.db import db
from tests.canteen.bulletins.season import Season, Sums, change, half_up, percent, total
from tests.printed import pages_of, text_of

QUARTER = ("2026-10-01", "2026-12-31")
WASTE = ("storage", "preparation", "unserved", "plate")


def kg(grams: int) -> str:
    """To one decimal, as the bulletin says it."""
    return f"{half_up(Decimal(grams) / 1000):,}"


def money(fen: int) -> str:
    """Yuan."""
    return f"{Decimal(fen) / 100:,.2f}"


def exact_kg(grams: int) -> str:
    """To the gram, as the ledger says it."""
    return f"{Decimal(grams) / 1000:,.3f}"


NUMBER = re.compile(r"\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+")


class Page:
    """The text of a document; `known` are the numbers of the rows that were looked for and found."""

    def __init__(self, pdf: bytes) -> None:
        self.text, self.known = text_of(pdf), set[str]()

    def check_row(self, *cells: str, ends: bool = True) -> None:
        """One line must have these cells, in this order and next to one another."""
        wanted = r"\s+".join(r"\s+".join(re.escape(part) for part in cell.split()) for cell in cells)
        assert re.search(rf"(?m)^\s*{wanted}{'$' if ends else ''}", self.text), cells
        self.known |= set(NUMBER.findall(" ".join(cells)))


def by_sql(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """Rows of a plain statement."""
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(text(statement), values)]


def planted_rows(season: Season) -> list[tuple[Any, ...]]:
    """By canteen, stage and edible part: the grams that were planted in the quarter."""
    rows = []
    for canteen in season.canteens:
        sums = season.sums[canteen.id, "now"]
        rows += [(canteen.id, *key.split("."), grams) for key, grams in sums.grams.items()]
    return sorted(rows)


def test_separate_sql_finds_what_was_planted(season: Season):
    season.quarter()
    facts = by_sql(
        "SELECT canteen_id, stage, CASE edible WHEN 'inedible' THEN 'inedible' ELSE 'food' END,"
        " SUM(counted_g)"
        " FROM weighings WHERE kind = 'entry' AND served_on BETWEEN :first AND :last GROUP BY 1, 2, 3",
        first=QUARTER[0],
        last=QUARTER[1],
    )
    assert sorted((of, stage, part, int(grams)) for of, stage, part, grams in facts) == planted_rows(season)
    whole = total(season.sums[each.id, "now"] for each in season.canteens)
    assert by_sql(
        "SELECT COUNT(*), SUM(m.diners_counted), SUM(CASE WHEN w.g IS NOT NULL THEN m.diners_counted END)"
        " FROM waste_meals m LEFT JOIN (SELECT canteen_id, served_on, SUM(counted_g) AS g FROM weighings"
        " WHERE stage = 'plate' AND source = 'bulk' GROUP BY 1, 2) w"
        " ON w.canteen_id = m.canteen_id AND w.served_on = m.served_on"
        " WHERE m.served_on BETWEEN :first AND :last",
        first=QUARTER[0],
        last=QUARTER[1],
    ) == [(whole.opened, whole.diners, whole.plate_diners)]


def test_the_quarterly_bulletin_says_what_was_planted(season: Season):
    season.quarter()
    grades = season.evaluate()
    drafter = season.client()
    made = drafter.post("/admin/bulletins", {"kind": "quarterly", "first_day": QUARTER[0]})
    assert made.status == 201, made.envelope
    printed = drafter.get(f"/admin/bulletins/{made.data['id']}/pdf")
    assert printed.status == 200
    page = Page(printed.body)
    whole, before, year = (
        total(season.sums[each.id, span] for each in season.canteens) for span in ("now", "before", "year")
    )
    summary = "\n".join(made.data["summary"])
    _check_whole(summary, page, whole, before, year)
    _check_canteens(season, page, summary, whole)
    _check_stages(page, whole)
    _check_dishes(season, page, summary)
    for place, (name, (score, grade)) in enumerate(grades.items(), start=1):
        page.check_row(str(place), name, score, grade, "3/3" if name == "甲县机关" else "0/3")
    assert "已出结果3个，其中优秀1个、良好1个、不合格1个；1个单位结果未定" in summary
    page.check_row("丙县机关", "补齐厨余台账", "2027-01-02", "整改中")
    assert "本季度涉及整改1项，已办结0项，未办结1项，其中逾期1项。" in summary
    assert "共有被评估单位4个，应抽查不少于2个，截至数据提取时已抽查0个" in summary
    assert pages_of(printed.body) >= 4
    _check_nothing_else(page, summary, season, whole)


def _check_whole(summary: str, page: Page, whole: Sums, before: Sums, year: Sums) -> None:
    assert f"3个食堂共供餐{whole.opened}餐次、就餐{whole.diners:,}人次，其中{whole.weighed}餐次" in summary
    ledger = percent(whole.weighed, whole.opened)
    assert f"台账完整率{ledger}。" in summary
    ratios = [(each.plate_g, each.plate_diners) for each in (whole, before, year)]
    plates = [change(ratios[0], base) for base in ratios[1:]]
    tight = whole.plate.replace(" ", "")
    behind = (
        f"{kg(whole.plate_g)}千克、{whole.plate_diners:,}人次，称重{whole.plate_meals}餐次，覆盖率{ledger}"
    )
    assert f"人均餐盘剩余{tight}（{behind}），较上季度{plates[0].replace(' ', '')}" in summary
    assert f"较去年同期{plates[1].replace(' ', '')}（去年同期为{year.plate.replace(' ', '')}）" in summary
    short = [each.plate.removesuffix("/人·餐") for each in (whole, before, year)]
    page.check_row(
        *("人均餐盘剩余", short[0], f"{whole.plate_meals}/{whole.opened}", ledger),
        *(short[1], plates[0], short[2], plates[1]),
    )
    _check_other_rows(page, whole, before, year)
    left = [(each.unserved_g, each.unserved_diners) for each in (whole, before)]
    assert f"人均备餐剩余{whole.unserved.replace(' ', '')}" in summary
    assert f"较上季度{change(*left).replace(' ', '')}" in summary
    assert f"光盘率{whole.clean_share}（检视餐盘{whole.trays}个，其中光盘{whole.clean}个，" in summary
    points = half_up(Decimal(whole.clean * 100) / whole.trays - Decimal(before.clean * 100) / before.trays)
    assert (
        f"较上季度{'下降' if points < 0 else '上升'}{abs(points)}个百分点（上季度为{before.clean_share}）"
        in summary
    )
    assert "没有去年同期的数据，不作同比" in summary
    rate = percent(whole.rated_g, whole.prepared_g)
    assert f"{rate}（{kg(whole.rated_g)}千克/{kg(whole.prepared_g)}千克" in summary


def _check_other_rows(page: Page, whole: Sums, before: Sums, year: Sums) -> None:
    """The rows of the table of figures that no sentence speaks of, and those that may not be shown."""
    lack = "数据不足"
    spans = (whole, before, year)
    wet = [(each.wet_g, each.unserved_diners) for each in spans]
    stored = [(each.grams["storage.food"], each.plate_diners) for each in spans]
    for name, parts, meals in (
        ("人均厨余总量", wet, whole.unserved_meals),
        ("人均储存损耗", stored, whole.weighed),
    ):
        shown = [f"{half_up(Decimal(grams) / people)} 克" for grams, people in parts]
        behind = f"{meals}/{whole.opened}", percent(meals, whole.opened)
        changes = [change(parts[0], base) if base[0] else "无可比基数" for base in parts[1:]]
        page.check_row(name, shown[0], *behind, shown[1], changes[0], shown[2], changes[1])
    for name, part in (("人均加工损耗（可食部分）", "food"), ("人均加工厨余（不可食部分）", "inedible")):
        shown = [_preparation(each, part) for each in spans]
        meals = whole.meals["preparation"]
        behind = f"{meals}/{whole.opened}", percent(meals, whole.opened)
        page.check_row(name, shown[0], *behind, shown[1], lack, shown[2], lack)
        assert shown[0] == lack
    ledger = [Decimal(each.weighed * 100) / each.opened for each in spans]
    points = [f"下降 {half_up(base - ledger[0])} 个百分点" for base in ledger[1:]]
    text = [f"{half_up(each)}%" for each in ledger]
    behind = f"{whole.weighed}/{whole.opened}", text[0]
    page.check_row("台账完整率", text[0], *behind, text[1], points[0], text[2], points[1])
    page.check_row("剩餐率", lack, f"0/{whole.opened}", "0.0%", lack, lack, lack, lack)


def _preparation(sums: Sums, part: str) -> str:
    """Grams per diner if all meals, or three and three fifths of them, were weighed."""
    meals = sums.meals["preparation"]
    if meals < sums.opened and (meals < 3 or meals * 5 < sums.opened * 3):
        return "数据不足"
    return f"{half_up(Decimal(sums.grams[f'preparation.{part}']) / sums.preparation_diners)} 克"


def _check_canteens(season: Season, page: Page, summary: str, whole: Sums) -> None:
    one, two, three = (season.sums[each.id, "now"] for each in season.canteens)
    for name, now, canteen in (("第一食堂", one, 0), ("第二食堂", two, 1)):
        before = season.sums[season.canteens[canteen].id, "before"]
        page.check_row(
            *(name, str(now.opened), str(now.weighed), f"{now.diners:,}", now.plate.removesuffix("/人·餐")),
            change((now.plate_g, now.plate_diners), (before.plate_g, before.plate_diners)),
            *(now.clean_share, now.unserved.removesuffix("/人·餐"), kg(now.plate_g), kg(now.unserved_g)),
        )
    lack = "数据不足"
    page.check_row(
        *("第三食堂", str(three.opened), str(three.weighed), f"{three.diners:,}", lack, lack, lack, lack),
        *(kg(three.plate_g), kg(three.unserved_g) if three.unserved_meals else "未称重"),
    )
    ordered = sorted(
        ((one, "第一食堂"), (two, "第二食堂")), key=lambda each: each[0].plate_g / each[0].plate_diners
    )
    told = [f"{name}（{sums.plate.replace(' ', '')}）" for sums, name in ordered]
    assert f"各食堂中，人均餐盘剩余最低的为{told[0]}，最高的为{told[1]}。" in summary
    assert "第三食堂数据不足，未列入食堂之间的比较。" in summary


def _check_stages(page: Page, whole: Sums) -> None:
    names = {"storage": "储存损耗", "preparation": "加工厨余", "unserved": "备餐剩余", "plate": "餐盘剩余"}
    for stage, name in names.items():
        food, inedible = whole.grams[f"{stage}.food"], whole.grams[f"{stage}.inedible"]
        weights = kg(food), kg(inedible), kg(food + inedible)
        page.check_row(name, str(whole.meals[stage]), *weights, money(whole.costs[stage]))
    reused = kg(whole.grams["reused.food"])
    page.check_row("再利用（不计入浪费）", str(whole.meals["reused"]), reused, "0.0", reused, "—")


def _check_dishes(season: Season, page: Page, summary: str) -> None:
    rated = []
    for canteen in season.canteens:
        for dish in season.dishes[canteen.id]:
            left, served, weighings = season.left[dish.id]
            if weighings >= 5:
                rated.append(
                    (-Decimal(left) / served, dish.id, dish.name, canteen.name, left, served, weighings)
                )
    rated.sort()
    assert rated
    for _, _, name, canteen, left, served, weighings in rated:
        page.check_row(name, canteen, kg(served), kg(left), percent(left, served), str(weighings), "0.0")
    top = "、".join(f"{each[2]}（{each[3]}，{percent(each[4], each[5])}）" for each in rated[:3])
    assert f"剩余率较高、建议调整的菜品有{top}。" in summary


def _check_nothing_else(page: Page, summary: str, season: Season, whole: Sums) -> None:
    """Every other number with a decimal or a comma is one of the charts', or in the summary's sentences."""
    grams = {stage: sum(whole.grams[f"{stage}.{part}"] for part in ("food", "inedible")) for stage in WASTE}
    drawn = [half_up(Decimal(each) / 1000, "0.01") for each in (*grams.values(), sum(grams.values()))]
    drawn += [half_up(Decimal(each) * 100 / sum(grams.values())) for each in grams.values()]
    plates = [season.sums[each.id, "now"].plate.split()[0] for each in season.canteens]
    known = {f"{each:,f}".rstrip("0").rstrip(".") for each in drawn} | {f"{each:,f}" for each in drawn}
    known |= {*plates, *page.known, *NUMBER.findall(summary)}
    sources = page.text.partition("口径与覆盖说明")[0]
    assert set(NUMBER.findall(sources)) - known == set()


def test_the_annex_has_the_same_figures(season: Season):
    season.quarter()
    drafter = season.client()
    made = drafter.post("/admin/bulletins", {"kind": "quarterly", "first_day": QUARTER[0]}).data
    book = load_workbook(BytesIO(drafter.get(f"/admin/bulletins/{made['id']}/xlsx").body))
    whole = total(season.sums[each.id, "now"] for each in season.canteens)
    rows = {row[0]: row for row in book["总体"].iter_rows(values_only=True)}
    assert rows["人均餐盘剩余"][1:6] == (
        whole.plate,
        whole.plate_g,
        whole.plate_diners,
        whole.plate_meals,
        whole.opened,
    )
    canteens = {row[0]: row for row in book["各食堂"].iter_rows(values_only=True)}
    for canteen in season.canteens:
        sums = season.sums[canteen.id, "now"]
        assert canteens[canteen.name][1:4] == (sums.opened, sums.weighed, sums.diners)
        assert round(canteens[canteen.name][11] * 1000) == sums.plate_g
    assert round(canteens["合计"][13] * 100) == whole.cost_fen
    stages = {row[0]: row for row in book["各环节"].iter_rows(values_only=True)}
    assert round(stages["加工厨余"][3] * 1000) == whole.grams["preparation.inedible"]
    assert [row[0] for row in book["情况综述"].iter_rows(values_only=True)][1:] == made["summary"]


def test_the_ledger_adds_up_to_the_gram(season: Season):
    season.quarter()
    canteen_id = season.canteens[0].id
    manager = season.client(season.manager)
    asked = {"canteen_id": canteen_id, "month": "2026-11"}
    page = Page(manager.get("/canteen/admin/waste-ledger/pdf", **asked).body)
    month = {
        day: sums
        for (of, day), sums in season.days.items()
        if of == canteen_id and f"{day:%Y-%m}" == "2026-11"
    }
    assert len(month) > 10
    for day, sums in month.items():
        page.check_row(
            f"{day.month}月{day.day}日",
            "1",
            "1",
            str(sums.diners),
            *_cells(sums),
            "交收运单位",
            "—",
            "沈管理",
        )
    whole = total(month.values())
    page.check_row("合计", str(len(month)), str(len(month)), f"{whole.diners:,}", *_cells(whole), "—")
    facts = by_sql(
        "SELECT SUM(counted_g) FROM weighings WHERE canteen_id = :of AND source = 'bulk'"
        " AND stage IN ('storage', 'preparation', 'unserved', 'plate') AND served_on BETWEEN :a AND :b",
        of=canteen_id,
        a="2026-11-01",
        b="2026-11-30",
    )
    shown = manager.get("/canteen/admin/waste-ledger", **asked).data
    assert shown["whole"]["total_g"] == int(facts[0][0])
    assert sum(day["total_g"] for day in shown["days"]) == shown["whole"]["total_g"]


def _cells(sums: Sums) -> list[str]:
    """The weights of a line: a dash where nothing was weighed, which is not nothing."""
    keys = ("storage.food", "preparation.food", "preparation.inedible", "unserved.food", "plate.food")
    grams = [sums.grams.get(key) for key in keys]
    known = sum(each for each in grams if each is not None)
    whole = [*grams, known, sums.grams.get("reused.food")]
    return [exact_kg(each) if each is not None else "—" for each in whole]
