"""How frequent questions are found. Pure functions."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

LONGEST_SECTION: Final = 20
LONGEST_QUESTION: Final = 100
LONGEST_ANSWER: Final = 5000
LONGEST_WORD: Final = 20
MOST_WORDS: Final = 60
LONGEST_SEARCH: Final = 100
LONGEST_HANDOVER: Final = 500

_SEPARATORS: Final = re.compile(r"[\s，。？！、；：,.?!;:“”\"'（）()「」【】]+")
# Pairs of characters that every question has, whatever it is about.
_COMMON: Final = frozenset(
    {"什么", "怎么", "么办", "么样", "哪里", "在哪", "请问", "可以", "是不", "不是", "能不", "不能"}
)
# What a score counts: the keeper's own words most, then the whole text, its parts, and pairs of characters.
_WORD, _WHOLE, _PART_OF_QUESTION, _PART_OF_ANSWER, _PAIR = 6, 10, 3, 1, 1


def score(text: str, question: str, answer: str, words: Sequence[str]) -> int:
    """How well a question fits what somebody typed; 0 is not at all."""
    typed, asked, told = (each.casefold() for each in (text, question, answer))
    parts = [part for part in _SEPARATORS.split(typed) if len(part) > 1 and part not in _COMMON]
    if not parts:
        return 0
    found = sum(_WORD for _ in matching(typed, words))
    found += _WHOLE if typed.strip() in asked else 0
    found += sum(_PART_OF_QUESTION for part in parts if part in asked)
    found += sum(_PART_OF_ANSWER for part in parts if part in told)
    return found + _PAIR * len(_pairs(parts) & _pairs([asked]))


def matching(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words that the text has; of two, one of which is part of the other, the longer."""
    found = [word for word in words if word.casefold() in text.casefold()]
    return [word for word in found if not any(word != other and word in other for other in found)]


def _pairs(parts: Iterable[str]) -> set[str]:
    pairs = {part[at : at + 2] for part in parts for at in range(len(part) - 1)}
    return {pair for pair in pairs if pair not in _COMMON and not _SEPARATORS.search(pair)}
