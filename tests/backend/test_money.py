"""Amounts in words."""

import pytest

from backend.money import in_capitals


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        # The examples of 正确填写票据和结算凭证的基本规定.
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元零叁角贰分"),
        (10700053, "壹拾万柒仟元零伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        # Edges.
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (100, "壹元整"),
        (-1234, "负壹拾贰元叁角肆分"),
        (1_0000_0000_00, "壹亿元整"),
        (2_0000_0001_00, "贰亿零壹元整"),
        (100_0100_0000_05, "壹佰亿零壹佰万元零伍分"),
        (1_0000_0000_0000_00, "壹万亿元整"),
    ],
)
def test_an_amount_is_written_as_on_a_voucher(fen, words):
    assert in_capitals(fen) == words


def test_what_no_voucher_holds_is_refused():
    with pytest.raises(ValueError, match="no voucher"):
        in_capitals(10**18)
