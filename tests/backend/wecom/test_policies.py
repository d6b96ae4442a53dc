"""How a notice fits WeCom's limits, as tables."""

import pytest

from backend.wecom import policies


@pytest.mark.parametrize(
    ("title", "fitted"),
    [
        ("取餐提醒", "取餐提醒"),
        ("一二三四五六七八九十一二", "一二三四五六七八九十一二"),
        ("一二三四五六七八九十一二三", "一二三四五六七八九十一…"),
        ("提醒您", "提醒您通知"),
        ("停水", "停水通知"),
        ("急", "急通知提醒"),
        ("", "通知提醒"),
        ("  两\n行  ", "两 行通知"),
        ("abc defghijk lm", "abc defghij…"),
    ],
)
def test_a_title_has_four_to_twelve_characters(title: str, fitted: str) -> None:
    assert policies.fit_title(title) == fitted
    assert 4 <= len(fitted) <= 12


@pytest.mark.parametrize(
    ("description", "fitted"),
    [("4月27日 16:16", "4月27日 16:16"), ("太短", ""), ("", ""), ("一" * 13, "一" * 11 + "…")],
)
def test_a_description_has_four_to_twelve_characters_or_is_left_out(description: str, fitted: str) -> None:
    assert policies.fit_description(description) == fitted


def test_items_are_cut_counted_and_never_empty() -> None:
    items = {f"第{number}项": f"值{number}" for number in range(12)}

    fitted = policies.fit_items(
        {"": "无名", "很长很长很长很长的名": "短", "空": "", "长" * 11: "值" * 31, **items}
    )

    assert len(fitted) == 10
    assert fitted[:3] == [
        {"key": "很长很长很长很长的名", "value": "短"},
        {"key": "空", "value": "—"},
        {"key": "长" * 9 + "…", "value": "值" * 29 + "…"},
    ]
    assert fitted[3] == {"key": "第0项", "value": "值0"}
