"""Forms as data: what a form may be, and which answers fit it. Pure tables."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.places.models import PlaceKind
from backend.places.policies import Ref
from feedback.concierge import fields
from feedback.concierge.errors import AnswersInvalid, FormInvalid
from feedback.concierge.fields import FieldType, FormField
from tests.factories import NINE

ROOM = Ref(PlaceKind.ROOM, 7)
PLACES = {ROOM: "中心院区 / 1号楼 / 1层 / 101"}


def field(kind, **said):
    return FormField("x", "某项", FieldType(kind), **said)


def fitted(form_field, value):
    answers = fields.answer([form_field], {"x": value}, now=NINE, places=PLACES)
    return {**answers.plain, **answers.sealed}.get("x")


def refusal(form_field, value):
    with pytest.raises(AnswersInvalid) as caught:
        fields.answer([form_field], {"x": value}, now=NINE, places=PLACES)
    assert caught.value.data["fields"] == {"x": f"某项{caught.value.data['problem']}"}
    return caught.value.msg


@pytest.mark.parametrize(
    ("kind", "said", "value", "kept"),
    [
        ("text", {}, "  两桶 ", "两桶"),
        ("text", {}, "", None),
        ("text", {"max": 3}, "一二三", "一二三"),
        ("long_text", {}, "张三\n李四", "张三\n李四"),
        ("number", {}, 0, 0),
        ("number", {"min": 1, "max": 20}, 20, 20),
        ("choice", {"choices": ("甲", "乙")}, "乙", "乙"),
        ("choices", {"choices": ("甲", "乙", "丙")}, ["丙", "甲", "丙"], ["甲", "丙"]),
        ("choices", {"choices": ("甲", "乙")}, [], None),
        ("date", {}, "2026-11-23", "2026-11-23"),
        ("date", {"min": 1}, "2026-11-24", "2026-11-24"),
        ("date", {"max": 30}, "2026-12-23", "2026-12-23"),
        ("datetime", {}, "2026-11-23T01:30:00Z", "2026-11-23T09:30:00+08:00"),
        ("datetime", {}, "2026-11-23T08:55:00+08:00", "2026-11-23T08:55:00+08:00"),
        ("place", {}, {"kind": "room", "id": 7}, {"kind": "room", "id": 7, "path": PLACES[ROOM]}),
        ("phone", {}, "+86 138-0013-8000", "13800138000"),
        ("phone", {}, "010-63091234", "01063091234"),
        ("phone", {}, "6309", "6309"),
        ("plate_no", {}, "京a·12345", "京A12345"),
        ("plate_no", {}, "京AD12345", "京AD12345"),
        ("plate_no", {}, "京A1234警", "京A1234警"),
    ],
)
def test_an_answer_that_fits_is_kept(kind, said, value, kept):
    assert fitted(field(kind, **said), value) == kept


@pytest.mark.parametrize(
    ("kind", "said", "value", "message"),
    [
        ("text", {"required": True}, None, "「某项」必填"),
        ("text", {"required": True}, "  ", "「某项」必填"),
        ("text", {}, 3, "「某项」应为文字"),
        ("text", {}, "一\n二", "「某项」不能换行"),
        ("text", {}, "一\x00二", "「某项」含有不允许的控制字符"),
        ("text", {"max": 3}, "一二三四", "「某项」不能超过 3 个字"),
        ("text", {}, "一" * 201, "「某项」不能超过 200 个字"),
        ("long_text", {"min": 2}, "一", "「某项」至少 2 个字"),
        ("number", {}, "3", "「某项」应为整数"),
        ("number", {}, True, "「某项」应为整数"),
        ("number", {}, 1.5, "「某项」应为整数"),
        ("number", {}, -1, "「某项」应在 0 到 1000000 之间"),
        ("number", {"min": 1, "max": 20}, 21, "「某项」应在 1 到 20 之间"),
        ("choice", {"choices": ("甲", "乙"), "required": True}, "", "「某项」必选"),
        ("choice", {"choices": ("甲", "乙")}, "丙", "「某项」应为以下之一：甲、乙"),
        ("choice", {"choices": ("甲", "乙")}, ["甲"], "「某项」应为以下之一：甲、乙"),
        ("choices", {"choices": ("甲", "乙")}, ["丙"], "「某项」只能从以下选项中选择：甲、乙"),
        ("choices", {"choices": ("甲", "乙")}, "甲", "「某项」只能从以下选项中选择：甲、乙"),
        ("choices", {"choices": ("甲", "乙"), "min": 2}, ["甲"], "「某项」请选择 2 到 2 项"),
        ("date", {}, "2026-11-22", "「某项」不能早于今天"),
        ("date", {}, "2026-02-30", "「某项」应为日期，如 2026-01-02"),
        ("date", {}, "20261124", "「某项」应为日期，如 2026-01-02"),
        ("date", {"min": 1}, "2026-11-23", "「某项」至少提前 1 天"),
        ("date", {"max": 30}, "2026-12-24", "「某项」最多提前 30 天"),
        ("datetime", {}, "2026-11-23T08:45:00+08:00", "「某项」不能早于现在"),
        ("datetime", {}, "2026-11-23T10:00:00", "「某项」应为带时区的日期和时间"),
        ("datetime", {}, 20261123, "「某项」应为日期和时间"),
        ("place", {}, {"kind": "room", "id": 8}, "「某项」不存在或已停用，请重新选择地点"),
        ("place", {}, {"kind": [], "id": True}, "「某项」不存在或已停用，请重新选择地点"),
        ("place", {}, "101", "「某项」不存在或已停用，请重新选择地点"),
        ("phone", {}, "12", "「某项」应为手机号码、座机号码或短号"),
        ("phone", {}, "138001380001", "「某项」应为手机号码、座机号码或短号"),
        ("plate_no", {}, "京A1234", "「某项」应为车牌号，如 京A12345"),
        ("plate_no", {}, "京O12345", "「某项」应为车牌号，如 京A12345"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_the_name_of_its_field(kind, said, value, message):
    assert refusal(field(kind, **said), value) == message


def test_every_field_that_does_not_fit_is_named_and_so_are_strange_ones():
    form = [field("number", required=True), FormField("y", "另一项", FieldType.PLATE_NO)]
    with pytest.raises(AnswersInvalid) as caught:
        fields.answer(form, {"y": "无", "z": 1}, now=NINE, places={})
    assert caught.value.msg == "「某项」必填"
    assert caught.value.data["fields"] == {
        "x": "某项必填",
        "y": "另一项应为车牌号，如 京A12345",
        "z": "z不是该表单的字段",
    }


def test_telephone_numbers_are_kept_apart():
    form = [field("phone"), FormField("y", "车牌", FieldType.PLATE_NO)]
    answers = fields.answer(form, {"x": "13800138000", "y": "京A12345"}, now=NINE, places={})
    assert (answers.plain, answers.sealed) == ({"y": "京A12345"}, {"x": "13800138000"})


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"key": "1x"}, "的代码应以小写字母开头，由小写字母、数字、下划线组成"),
        ({"type": FieldType.CHOICE}, "须给出至少两个互不相同的选项"),
        ({"type": FieldType.CHOICES, "choices": ("甲", "甲")}, "须给出至少两个互不相同的选项"),
        ({"choices": ("甲", "乙")}, "不是选择题，不能有选项"),
        ({"type": FieldType.PLACE, "max": 3}, "不能设上下限"),
        ({"max": 201}, "的上下限超出允许范围"),
        ({"min": 5, "max": 3}, "的下限大于上限"),
        ({"key": "y"}, "与其他字段的代码重复"),
        ({"title": "另一项"}, "与其他字段的名称重复"),
    ],
)
def test_a_form_that_could_not_be_filled_in_is_refused(said, problem):
    other = FormField("y", "另一项", FieldType.PHONE)
    fields.ensure_form([field("text"), other])
    with pytest.raises(FormInvalid) as caught:
        fields.ensure_form([replace(field("text"), **said), other])
    assert caught.value.data["problem"] == problem


def test_a_form_survives_being_kept():
    form = (field("choices", choices=("甲", "乙"), required=True, min=1), field("number", max=3))
    assert fields.load(fields.dump(form)) == form


def test_a_moment_is_told_as_the_clocks_of_the_compound_show_it():
    kept = fitted(field("datetime"), (NINE + timedelta(hours=30)).isoformat())
    assert fields.text_of(field("datetime"), kept) == "2026-11-24 15:00"


NASTY = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "\ud83d\ude00" * 300,
    [],
    [[]],
    [{}],
    [None],
    {},
    {"kind": {}, "id": []},
]


@pytest.mark.parametrize("kind", FieldType)
def test_whatever_is_sent_either_fits_or_is_refused(kind):
    choices = ("甲", "乙") if kind in (FieldType.CHOICE, FieldType.CHOICES) else ()
    for value in NASTY:
        with suppress(AnswersInvalid):
            fields.answer([field(kind, choices=choices)], {"x": value}, now=NINE, places=PLACES)
