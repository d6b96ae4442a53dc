"""How a value fits a field of a WeChat subscribe message: pure functions.

A field's key is its type and a number (`thing1`, `time2`). Texts are cut to the limit; what can only be
right or wrong (times, amounts) is refused. Source: developers.weixin.qq.com, subscribe-message, the table of
parameter types: thing 20 characters, character_string and number and letter 32, symbol 5, phone_number 17,
car_number 8, name 10 Chinese characters or 20 letters, phrase 5 Chinese characters; never empty, no control
characters.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Final

NOTHING: Final = "无"
_ELLIPSIS: Final = "…"
_KEY: Final = re.compile(r"([a-z_]+?)[0-9]{1,3}")
_HANZI: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_TIME_OF_DAY: Final = r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_DAY: Final = r"[0-9]{4}(年[0-9]{1,2}月[0-9]{1,2}日|-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})"
_TIME: Final = re.compile(rf"({_DAY} )?{_TIME_OF_DAY}(~({_DAY} )?{_TIME_OF_DAY})?")
_DATE: Final = re.compile(rf"{_DAY}( {_TIME_OF_DAY})?(~{_DAY}( {_TIME_OF_DAY})?)?")
_AMOUNT: Final = re.compile(r"[¥￥$€£]?[0-9]{1,10}(\.[0-9]{1,2})?元?")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CAR: Final = re.compile("[\u4e00-\u9fff]?[0-9A-Za-z]+[\u4e00-\u9fff]?")


class FieldRefused(ValueError):
    """A value can not be made to fit: `key` names the field."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def type_of(key: str) -> str | None:
    """The type of a template's key, or None if WeChat knows no such type."""
    match = _KEY.fullmatch(key)
    return match[1] if match and match[1] in _FITS else None


def fit(key: str, value: str) -> str:
    """The value as the field of this key takes it. Raises FieldRefused."""
    kind = type_of(key)
    if kind is None:
        raise FieldRefused(key)
    fitted = _FITS[kind](_one_line(value))
    if not fitted:
        raise FieldRefused(key)
    return fitted


def _one_line(value: str) -> str:
    """Without control characters, lone surrogates and breaks; runs of blanks become one."""
    visible = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in value)
    return " ".join(visible.split())


# Control, surrogate, private, unassigned, line and paragraph separators. Format characters (a joiner of
# emoji) stay.
_INVISIBLE: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


def _units(text: str) -> int:
    """Length in UTF-16, as WeChat's own JavaScript counts: an emoji takes two or more."""
    return len(text.encode("utf-16-le")) // 2


def _clusters(text: str) -> list[str]:
    """The text in pieces that must not be torn: a character with its marks, a joined emoji, a flag."""
    pieces: list[str] = []
    for char in text:
        if pieces and (_continues(char) or pieces[-1].endswith("\u200d") or _is_half_flag(pieces[-1], char)):
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _continues(char: str) -> bool:
    is_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return is_tone or char == "\u200d" or "\ufe00" <= char <= "\ufe0f" or unicodedata.combining(char) > 0


def _is_half_flag(piece: str, char: str) -> bool:
    return len(piece) == 1 and all("\U0001f1e6" <= half <= "\U0001f1ff" for half in (piece, char))


def cut(text: str, most: int) -> str:
    """The text in at most `most` UTF-16 units; what is cut off leaves an ellipsis."""
    if _units(text) <= most:
        return text
    kept = ""
    for piece in _clusters(text):
        if _units(kept + piece) > most - 1:
            break
        kept += piece
    return kept.rstrip() + _ELLIPSIS


def _thing(text: str) -> str:
    return cut(text, 20) or NOTHING


def _character_string(text: str) -> str:
    return "".join(char for char in text if "!" <= char <= "~" or char == " ")[:32].strip() or "-"


def _name(text: str) -> str:
    # An ellipsis would make a name of letters a mixed one, which may only have ten characters.
    return (text[:20].rstrip() if text.isascii() else cut(text, 10)) or NOTHING


def _phrase(text: str) -> str:
    return "".join(_HANZI.findall(text))[:5] or NOTHING


def _letter(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isalpha())[:32]


def _symbol(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char)[0] in "PS" and char != "_")[:5]


def _phone_number(text: str) -> str:
    return text if re.fullmatch(r"[0-9+()\- ]{1,17}", text) else ""


def _whole(pattern: re.Pattern[str], most: int) -> Callable[[str], str]:
    """What is right as it stands or not at all."""
    return lambda text: text if pattern.fullmatch(text) and len(text) <= most else ""


_FITS: Final[Mapping[str, Callable[[str], str]]] = {
    "thing": _thing,
    "character_string": _character_string,
    "name": _name,
    "phrase": _phrase,
    "letter": _letter,
    "symbol": _symbol,
    "phone_number": _phone_number,
    "number": _whole(_NUMBER, 32),
    "time": _whole(_TIME, 64),
    "date": _whole(_DATE, 64),
    "amount": _whole(_AMOUNT, 14),
    "car_number": _whole(_CAR, 8),
}
