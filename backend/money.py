"""Money is integer fen. Ratios are Decimal and are rounded half up once, at the edge."""

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def yuan(fen: int) -> str:
    """`1234` as `"12.34"`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def in_capitals(fen: int) -> str:
    """`140950` as `壹仟肆佰零玖元伍角整`, as vouchers write amounts in words.

    After 正确填写票据和结算凭证的基本规定, an annex of 支付结算办法; where it leaves a choice, 零 is written
    before the 角 when the 元 end in zero, and 整 after 元 and after 角. Raises ValueError from 10¹⁶ yuan on.
    """
    yuan_part, rest = divmod(abs(fen), 100)
    jiao, fen_part = divmod(rest, 10)
    if yuan_part >= 10**16:
        raise ValueError("no voucher has a word for so much")
    text = f"{_whole(yuan_part)}元" if yuan_part else ""
    if jiao:
        text += "零" if yuan_part and yuan_part % 10 == 0 else ""
        text += f"{_DIGITS[jiao]}角"
    elif fen_part and yuan_part:
        text += "零"
    text += f"{_DIGITS[fen_part]}分" if fen_part else "整" if text else "零元整"
    return f"负{text}" if fen < 0 else text


def _whole(number: int) -> str:
    """A positive number of yuan, in groups of four digits; a gap of zeros is one 零."""
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, is_gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            is_gap = True
            continue
        if text and (is_gap or group < 1000):
            text += "零"
        text += _below_ten_thousand(group) + _GROUPS[place]
        is_gap = False
    return text


def _below_ten_thousand(number: int) -> str:
    text, is_gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            is_gap = bool(text)
            continue
        text += "零" if is_gap else ""
        text += _DIGITS[digit] + _PLACES[place]
        is_gap = False
    return text
