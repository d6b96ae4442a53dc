"""Charts: the geometry as tables, and the drawing in a page and in a PDF."""

from decimal import Decimal
from itertools import pairwise

import pytest
from defusedxml import ElementTree
from flask import render_template_string

from backend.documents import axes, charts, pdf
from backend.documents.environment import ENVIRONMENT
from tests.printed import picture_of

SVG = "{http://www.w3.org/2000/svg}"
WEEK = [("周一", 412), ("周二", 388), ("周三", None), ("周四", 451), ("周五", 0)]
EACH = {
    "bars": "charts.bars('题', items, unit='份')",
    "columns": "charts.columns('题', items, unit='份')",
    "stacked": "charts.stacked('题', labels, series, unit='份')",
    "line": "charts.line('题', labels, series, unit='份')",
    "sparkline": "charts.sparkline('题', values)",
    "donut": "charts.donut('题', items, unit='份')",
}


def context(items, names=("订餐", "取餐")):
    items = list(items)
    values = [value for _, value in items]
    labels = [label for label, _ in items]
    return {
        "items": items,
        "labels": labels,
        "values": values,
        "series": [(name, values) for name in names] if items else [],
    }


def svg(call, items=WEEK, **more):
    text = ENVIRONMENT.from_string('{% import "charts.html" as charts %}{{ ' + call + " }}").render(
        {**context(items), **more}
    )
    return ElementTree.fromstring(text.strip())


def texts(drawn):
    return [each.text for each in drawn.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([412, 388, None], [0, 100, 200, 300, 400, 500]),
        ([3], [0, 1, 2, 3]),
        ([1], [0, 1]),
        ([0, 0], [0, 1]),
        ([], [0, 1]),
        ([None], [0, 1]),
        ([-4.5, 3.2], [-6, -4, -2, 0, 2, 4]),
        ([-7], [-8, -6, -4, -2, 0]),
        ([Decimal("0.05")], [0, 0.01, 0.02, 0.03, 0.04, 0.05]),
        ([0.7], [0, 0.2, 0.4, 0.6, 0.8]),
        ([1_000_000], [0, 200_000, 400_000, 600_000, 800_000, 1_000_000]),
    ],
)
def test_an_axis_has_round_ticks_and_holds_every_value(values, ticks):
    assert list(axes.scale(values).ticks) == pytest.approx(ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"), (0, "0"), (1234, "1,234"), (1200, "1,200"), (12.5, "12.5"), (0.005, "0.01"),
        (Decimal("-0.001"), "0"), (-1234.567, "-1,234.57"), (Decimal("100.00"), "100"),
    ],
)  # fmt: skip
def test_a_number_is_written_for_people(value, text):
    assert axes.number(value) == text


def test_columns_are_as_high_as_their_values_say():
    chart = charts.columns(WEEK, "份", 560, 260)
    heights = {bar.note: bar.height for bar in chart.bars}
    # The axis ends at 500; the plot is 260 - 26 - 28 high.
    assert heights["周一 412份"] == pytest.approx(412 / 500 * 206, abs=0.1)
    assert heights["周五 0份"] == 0
    assert len(chart.bars) == 4
    assert chart.description == "周一 412份；周二 388份；周三 无数据；周四 451份；周五 0份"


def test_a_value_below_zero_hangs_from_the_line():
    chart = charts.columns([("周一", -4), ("周二", 2)], "%", 560, 260)
    below, above = chart.bars
    assert below.y == above.y + above.height == chart.zero
    assert below.height == pytest.approx(2 * above.height, abs=0.2)


def test_layers_lie_upon_each_other_without_a_gap():
    chart = charts.stacked(["周一"], [("早餐", [10]), ("午餐", [30]), ("晚餐", [None])], "份", 560, 280)
    low, high = chart.bars
    assert high.y + high.height == pytest.approx(low.y, abs=0.1)
    assert high.height == pytest.approx(3 * low.height, abs=0.2)
    assert [label.text for label in chart.values] == ["40"]


def test_a_line_breaks_where_there_is_no_value():
    (trace,) = charts.line(list("一二三四五"), [("订餐", [1, 2, None, 4, 5])], "", 560, 260).traces
    assert [len(run.split()) for run in trace.runs] == [2, 2]
    assert len(trace.points) == 4


def test_a_lonely_value_is_a_point():
    (trace,) = charts.line(["一", "二", "三"], [("订餐", [None, 2, None])], "", 560, 260).traces
    assert trace.runs == []
    assert len(trace.points) == 1


def test_the_sectors_of_a_ring_tell_their_shares():
    chart = charts.donut([("荤", 3), ("素", 1), ("汤", 0), ("其他", None)], "份", 560)
    assert [sector.note for sector in chart.sectors] == ["荤 3份，占75.0%", "素 1份，占25.0%"]
    assert len(chart.legend) == 4


def test_parts_of_a_whole_are_not_negative():
    with pytest.raises(charts.NegativeShare):
        charts.donut([("荤", -1)], "", 560)
    with pytest.raises(charts.NegativeShare):
        charts.stacked(["周一"], [("早餐", [-1])], "", 560, 280)


def test_labels_that_would_touch_are_left_out():
    days = [f"11-{day:02d}" for day in range(1, 31)]
    chart = charts.line(days, [("订餐", list(range(30)))], "", 560, 260)
    placed = [(label.x, axes.text_width(label.text)) for label in chart.labels]
    assert len(placed) >= 8
    for (x, width), (next_x, next_width) in pairwise(placed):
        assert x + width / 2 < next_x - next_width / 2


@pytest.mark.parametrize("call", EACH.values(), ids=EACH)
def test_a_picture_says_what_it_shows_and_holds_no_inline_style(call):
    drawn = svg(call)
    assert drawn.get("role") == "img"
    assert drawn[0].tag == f"{SVG}title"
    assert drawn[0].text == "题"
    assert drawn[1].tag == f"{SVG}desc"
    assert drawn[1].text
    assert not any(each.get("style") or each.tag == f"{SVG}style" for each in drawn.iter())
    assert not any(name.startswith("on") for each in drawn.iter() for name in each.attrib)


@pytest.mark.parametrize("call", EACH.values(), ids=EACH)
@pytest.mark.parametrize("items", [[], [("周一", None)]], ids=["nothing", "unknown"])
def test_no_data_is_said(call, items):
    drawn = svg(call, items)
    assert drawn.find(f"{SVG}desc").text.endswith(("暂无数据", "无数据"))
    assert "暂无数据" in texts(drawn)


@pytest.mark.parametrize("call", EACH.values(), ids=EACH)
def test_zeros_are_drawn_and_told_from_nothing(call):
    drawn = svg(call, [("周一", 0), ("周二", 0)])
    assert drawn.get("role") == "img"
    if "bars" in call or "columns" in call:
        assert "暂无数据" not in texts(drawn)


@pytest.mark.parametrize("call", EACH.values(), ids=EACH)
def test_names_cannot_leave_their_place(call):
    evil = '"/><script>alert(1)</script>'
    drawn = svg(call.replace("'题'", "evil"), [(evil, 3), ("乙", 4)], evil=evil)
    assert {each.tag for each in drawn.iter()} <= {
        f"{SVG}{tag}"
        for tag in ("svg", "title", "desc", "rect", "line", "text", "path", "polyline", "circle")
    }
    assert drawn[0].text == evil


def test_a_page_draws_the_same_picture_as_a_document(bare_app):
    source = '{% import "charts.html" as charts %}{{ ' + EACH["columns"] + " }}"
    with bare_app.test_request_context():
        page = render_template_string(source, **context(WEEK))
    document = ENVIRONMENT.from_string(source).render(context(WEEK))
    assert "".join(page.split()) == "".join(document.split())


def test_every_chart_is_visible_in_a_pdf(bare_app, template, tmp_path):
    for name, call in EACH.items():
        source = '{% extends "document.html" %}{% import "charts.html" as charts %}{% block content %}{{ '
        made = {}
        for kind, items in (("full", WEEK), ("empty", [])):
            data = pdf.render(
                template(source + call + " }}{% endblock %}"), {"title": "图", **context(items)}
            )
            made[kind] = sum(picture_of(data, tmp_path).histogram()[:150])
        # More of the paper is dark than where there is no data.
        assert made["full"] > made["empty"] + 50, name
