"""PDFs: what is printed, and what a template may not do."""

import base64
import io
import time
from datetime import time as wall_time

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from PIL import Image

from backend import clock
from backend.db import atomic
from backend.documents import pdf
from tests.factories import MONDAY
from tests.printed import fonts_of, pages_of, picture_of, text_of

PRINTED_AT = clock.at_local(MONDAY, wall_time(9, 5))
LIST = """{% extends "document.html" %}{% block content %}
<table><thead><tr><th class="narrow">序号</th><th>菜品</th><th class="amount">数量</th></tr></thead>
<tbody>
{% for name in names %}<tr><td class="narrow">{{ loop.index }}</td><td>{{ name }}</td>
<td class="amount">{{ loop.index * 3 }}</td></tr>{% endfor %}</tbody></table>
{% if not names %}<p class="none">本餐无人订餐</p>{% endif %}{% endblock %}"""
LETTER = """{% extends "document.html" %}{% set layout = "letter" %}{% block content %}
{% for number in range(40) %}
<p>各承办单位要对照问题清单逐项落实整改责任按时反馈整改结果并接受监督。</p>
{% endfor %}
{% endblock %}"""


def printed(template, text, **context):
    with clock.at(PRINTED_AT):
        return pdf.render(template(text), {"title": "备餐单", **context})


def test_a_list_says_who_made_it_what_it_is_and_who_printed_it_when(bare_app, template):
    made = printed(template, LIST, names=["红烧肉"], number="云管〔2026〕12号", printed_by="沈家宁")
    text = text_of(made)
    for expected in ("云州市机关事务管理局", "云管〔2026〕12号", "备餐单", "红烧肉", "第1页共1页"):
        assert expected in text
    assert "打印：沈家宁 2026-11-23 09:05" in text
    assert pages_of(made) == 1
    assert fonts_of(made) == {"Noto-Sans-CJK-SC-Bold", "Noto-Sans-CJK-SC", "Noto-Serif-CJK-SC-Bold"}


def test_five_hundred_rows_repeat_their_header_on_every_page(bare_app, template, soak):
    began = time.perf_counter()
    made = printed(template, LIST, names=[f"菜{number}" for number in range(500)])
    took = time.perf_counter() - began
    pages = pages_of(made)
    assert 10 < pages < 20
    for page in (1, 2, pages):
        text = text_of(made, first=page, last=page)
        assert "序号" in text
        assert f"第{page}页共{pages}页" in text.replace(" ", "")
    assert "菜499" in text_of(made)
    assert not soak or took < 10  # About one second on two cores.


def test_nothing_to_list_says_so(bare_app, template):
    made = printed(template, LIST, names=[])
    assert "本餐无人订餐" in text_of(made)
    assert pages_of(made) == 1


def test_a_long_word_stays_on_the_paper(bare_app, template, tmp_path):
    made = printed(template, LIST, names=["W" * 300])
    assert sum(line.count("W") for line in text_of(made).splitlines()) == 300
    page = picture_of(made, tmp_path)
    # Nothing is drawn in the right margin of 15 mm.
    margin = page.crop((page.width - int(14 * 70 / 25.4), 0, page.width, page.height))
    assert margin.getextrema() == (255, 255)


def test_what_a_person_typed_stays_text(bare_app, template):
    evil = '</td></table><img src="https://evil.example/x.png"><script>alert(1)</script>{{ 7 * 7 }}'
    text = "".join(text_of(printed(template, LIST, names=[evil], printed_by="<b>甲</b>")).split())
    assert "".join(evil.split()) in text
    assert "打印：<b>甲</b>" in text


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://evil.example/x.png">',
        '<link rel="stylesheet" href="http://evil.example/x.css">',
        '<p style="background-image: url(http://evil.example/x.png)">图</p>',
        '<img src="file:///etc/passwd">',
        '<img src="picture:unknown">',
        '<object data="ftp://evil.example/x"></object>',
        '<svg width="9" height="9"><image href="https://evil.example/x.png" width="9" height="9"/></svg>',
        "<style>@import url(http://evil.example/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(http://evil.example/x.woff) }</style>",
        '<a rel="attachment" href="file:///etc/passwd">附件</a>',
    ],
)
def test_a_template_that_names_anything_outside_is_refused(bare_app, template, markup):
    text = f'{{% extends "document.html" %}}{{% block content %}}{markup}{{% endblock %}}'
    with pytest.raises(pdf.OutsideRefused):
        printed(template, text)


def test_inline_data_and_pictures_that_were_handed_in_are_shown(bare_app, template, tmp_path):
    black = io.BytesIO()
    Image.new("RGB", (40, 40), "black").save(black, "PNG")
    inline = base64.b64encode(black.getvalue()).decode()
    text = """{% extends "document.html" %}{% block content %}
    <img src="picture:photo-1" width="300" height="200">
    <img src="data:image/png;base64,{{ inline }}" width="300" height="200">{% endblock %}"""
    name = template(text)
    made = pdf.render(name, {"title": "图", "inline": inline}, pictures={"photo-1": black.getvalue()})
    dark = sum(picture_of(made, tmp_path).histogram()[:40])
    # Two pictures of 300 × 200 CSS pixels (96 to the inch), seen at 70 dots to the inch.
    assert dark == pytest.approx(2 * 300 * 200 * (70 / 96) ** 2, rel=0.05)


def test_a_letter_keeps_the_margins_and_lines_of_the_standard(bare_app, template, tmp_path):
    made = printed(template, LETTER, title="关于物业服务满意度情况的通报", number="云管〔2026〕12号")
    assert "Noto-Serif-CJK-SC" in fonts_of(made)
    lines = [line for line in text_of(made, first=2, last=2).splitlines() if line.strip()]
    assert len(lines) == 22 + 1  # The text, and the line with the number of the page.
    page = picture_of(made, tmp_path, page=2, dots=127)  # Five dots a millimetre.
    left = page.crop((0, 0, 27 * 5, page.height))
    top = page.crop((0, 0, page.width, 36 * 5))
    assert left.getextrema() == top.getextrema() == (255, 255)


def test_within_a_unit_of_work_nothing_is_rendered(bare_app, template):
    name = template(LIST)
    with pytest.raises(RuntimeError, match="outside of a unit"):
        atomic(lambda: pdf.render(name, {"title": "备餐单", "names": []}))()


def test_a_missing_template_and_a_missing_value_are_faults(bare_app, template):
    with pytest.raises(TemplateNotFound):
        pdf.render("canteen.ordering/no_such.html", {"title": "无"})
    with pytest.raises(TemplateNotFound):
        pdf.render("no.such.slice/prep_list.html", {"title": "无"})
    with pytest.raises(UndefinedError):
        pdf.render(template(LIST), {"title": "备餐单"})
