"""Rules of advice: which dishes, and in what words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from canteen.waste.statistics.policies import Figure

_NAMED: Final = 2


@dataclass(frozen=True, slots=True)
class Offered:
    """A dish on a menu, with what is left of it as a rule."""

    dish_id: int
    name: str
    has_half: bool
    rate: Figure


def left_often(offered: Iterable[Offered], percent: int) -> list[Offered]:
    """Those of which enough is known and at least so much is left, the most first; equal ones by id."""
    found = [
        (one.rate.value, one)
        for one in offered
        if one.rate.is_enough and one.rate.value is not None and one.rate.value * 100 >= percent
    ]
    return [one for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1].dish_id))]


def line(often: Sequence[Offered], *, halves: bool) -> str | None:
    """One friendly line; None where there is nothing to say. `halves`: half portions are offered first."""
    if not often:
        return None
    with_half = [one.name for one in often if one.has_half]
    if halves and with_half:
        return f"{_named(with_half)}可以先来半份，不够再添。"
    return f"{_named([one.name for one in often])}份量较足，按胃口选就好，不够再添。"


def _named(names: Sequence[str]) -> str:
    """`红烧肉`, `红烧肉、清蒸鱼` or `红烧肉、清蒸鱼等`."""
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
