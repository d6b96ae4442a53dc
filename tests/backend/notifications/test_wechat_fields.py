"""Values made to fit WeChat's fields, judged by the simulator's own rules, which were written apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.notifications.wechat_fields import FieldRefused, fit, type_of
from backend.wechat.simulator.template_fields import MessageTemplate, complaint

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("key", "value", "fitted"),
    [
        ("thing1", "午餐", "午餐"),
        ("thing1", "一" * 20, "一" * 20),
        ("thing1", "一" * 21, "一" * 19 + "…"),
        ("thing1", "", "无"),
        ("thing1", " \n\t ", "无"),
        ("thing1", "第一行\n第二行\r\n第三行", "第一行 第二行 第三行"),
        ("thing1", "响铃\x07\x00\x1b结束", "响铃 结束"),
        ("thing1", "半个\ud83d表情", "半个 表情"),
        ("thing1", "\u2028行分隔", "行分隔"),
        # An emoji is two units, a family of four eleven: it is kept whole or not at all.
        ("thing1", "🍚" * 10, "🍚" * 10),
        ("thing1", "🍚" * 11, "🍚" * 9 + "…"),
        ("thing1", "欢迎全家来用餐" + FAMILY, "欢迎全家来用餐" + FAMILY),
        ("thing1", "欢迎全家一起来食堂用餐" + FAMILY, "欢迎全家一起来食堂用餐…"),
        ("thing1", "旗" * 17 + "🇨🇳" + "尾", "旗" * 17 + "…"),
        ("thing1", "好" * 18 + "👍🏽", "好" * 18 + "…"),
        ("thing1", "e\u0301" * 12, "e\u0301" * 9 + "…"),
        ("character_string2", "20261123000001", "20261123000001"),
        ("character_string2", "单号 A-1", "A-1"),
        ("character_string2", "见取餐码", "-"),
        ("character_string2", "x" * 40, "x" * 32),
        ("name3", "欧阳修", "欧阳修"),
        ("name3", "阿卜杜热合曼买买提艾力江", "阿卜杜热合曼买买提…"),
        ("name3", "Alexander Hamilton Jr", "Alexander Hamilton J"),
        ("name3", "", "无"),
        ("phrase4", "已取消", "已取消"),
        ("phrase4", "已取消！（食堂原因）", "已取消食堂"),
        ("phrase4", "OK", "无"),
        ("number5", "12.5", "12.5"),
        ("amount6", "12.00元", "12.00元"),
        ("amount6", "¥12", "¥12"),
        ("time7", "15:01", "15:01"),
        ("time7", "2019年10月1日 15:01", "2019年10月1日 15:01"),
        ("time7", "2026-11-23 11:30~12:30", "2026-11-23 11:30~12:30"),
        ("date8", "2019年10月1日", "2019年10月1日"),
        ("date8", "2019-12-25 09:42", "2019-12-25 09:42"),
        ("phone_number9", "0571-88888888", "0571-88888888"),
        ("car_number10", "浙A12345", "浙A12345"),
        ("letter11", "Abc中文", "Abc"),
        ("symbol12", "*****!", "*****"),
    ],
)
def test_a_value_is_made_to_fit(key, value, fitted):
    assert fit(key, value) == fitted
    template = MessageTemplate("t", "模板", {key: "字段"})
    assert complaint(template, {key: {"value": fitted}}) == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("time1", "明天"),
        ("time1", "25:00"),
        ("time1", "2019年10月1日"),
        ("date1", "10月1日"),
        ("amount1", "十二元"),
        ("amount1", "12.345"),
        ("amount1", "12345678901"),
        ("number1", "十二"),
        ("number1", ""),
        ("phone_number1", "一三八"),
        ("phone_number1", "1" * 18),
        ("car_number1", "浙江省杭州市A12345"),
        ("letter1", "中文"),
        ("symbol1", "中文"),
        ("const1", "什么"),
        ("thing", "没有编号"),
        ("Thing1", "大写"),
    ],
)
def test_what_is_right_or_wrong_is_refused_if_wrong(key, value):
    with pytest.raises(FieldRefused) as refused:
        fit(key, value)
    assert refused.value.key == key


def test_types_are_those_of_the_documentation():
    assert type_of("character_string12") == "character_string"
    assert [type_of(key) for key in ("thing", "enum1", "thing1234", "1thing")] == [None] * 4


@given(key=st.sampled_from(["thing1", "character_string2", "name3", "phrase4"]), value=st.text())
def test_whatever_is_typed_fits_a_text_field(key, value):
    fitted = fit(key, value)
    assert complaint(MessageTemplate("t", "模板", {key: "字段"}), {key: {"value": fitted}}) == ""
    assert fitted.encode("utf-8")
