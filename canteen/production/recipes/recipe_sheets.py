"""Recipes as rows of a sheet, and back: what an import reads is what an export writes. Pure.

A row is one ingredient of a dish. 工位, 成品重量 and 步骤 stand in the first row of a dish; further rows may
leave them empty, or repeat them. Each line of 步骤 is a step, which may end in its minutes: `焯水（3 分钟）`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from backend.documents.reading import Fault, Line
from canteen.production.recipes import policies
from canteen.production.recipes.models import Station
from canteen.production.recipes.policies import LineView, RecipeSpec, Step
from canteen.production.recipes.titles import STATION_NAMES

DISH: Final = "菜品"
STATION: Final = "工位"
YIELD: Final = "成品重量（克）"
INGREDIENT: Final = "食材"
RAW: Final = "毛重用量（克）"
NOTE: Final = "备注"
STEPS: Final = "步骤"
COLUMNS: Final = (DISH, STATION, YIELD, INGREDIENT, RAW, NOTE, STEPS)
REQUIRED: Final = (DISH, STATION, YIELD, INGREDIENT, RAW)
MOST_ROWS: Final = 10_000

_STATIONS: Final = {name: station for station, name in STATION_NAMES.items()}
_MINUTES: Final = re.compile(r"^(.*?)\s*[（(]\s*([0-9]{1,4})\s*分钟\s*[）)]$")


@dataclass(slots=True)
class _Found:
    """What the rows of a dish say so far."""

    first_row: int
    station: Station | None = None
    yield_g: int | None = None
    steps: tuple[Step, ...] = ()
    lines: dict[int, tuple[int, LineView]] = field(default_factory=dict)


def steps_text(steps: Iterable[Step]) -> str:
    """Steps as the text of a cell."""
    return "\n".join(
        step.text if step.minutes is None else f"{step.text}（{step.minutes} 分钟）" for step in steps
    )


def parse_steps(text: str) -> tuple[Step, ...]:
    """The text of a cell as steps."""
    found = []
    for line in text.splitlines():
        line = line.strip()
        match = _MINUTES.match(line)
        if match and match[1]:
            found.append(Step(match[1], int(match[2])))
        elif line:
            found.append(Step(line))
    return tuple(found)


def read(
    lines: Iterable[Line], dishes: Mapping[str, int], ingredients: Mapping[str, int], faults: list[Fault]
) -> dict[int, RecipeSpec]:
    """What the sheet says, by dish; what is wrong goes to `faults`, with its row.

    `dishes` are the canteen's by name, `ingredients` those in use, by name and by code.
    """
    found: dict[int, _Found] = {}
    for line in lines:
        _read_row(line, dishes, ingredients, found, faults)
    specs = {}
    for dish_id, one in found.items():
        if one.station is None:
            faults.append(Fault("", one.first_row, STATION, f"应为以下之一：{'、'.join(_STATIONS)}"))
        if one.yield_g is None:
            faults.append(Fault("", one.first_row, YIELD, f"应为 1 到 {policies.MOST_G} 的整数"))
        if len(one.lines) > policies.MOST_LINES:
            faults.append(Fault("", one.first_row, INGREDIENT, f"一个菜品最多 {policies.MOST_LINES} 种食材"))
        if one.station is not None and one.yield_g is not None and one.lines:
            kept = tuple(line for _, line in one.lines.values())
            specs[dish_id] = RecipeSpec(one.yield_g, one.station, kept, one.steps)
    return specs


def _read_row(
    line: Line,
    dishes: Mapping[str, int],
    ingredients: Mapping[str, int],
    found: dict[int, _Found],
    faults: list[Fault],
) -> None:
    def wrong(column: str, msg: str) -> None:
        faults.append(Fault("", line.number, column, msg))

    name = line.cells[DISH]
    dish_id = dishes.get(name)
    if dish_id is None:
        wrong(DISH, f"该食堂没有名为「{name}」的菜品" if name else "必填")
        return
    one = found.setdefault(dish_id, _Found(line.number))
    _read_head(line, one, wrong)
    raw_g = _grams(line.cells[RAW])
    if raw_g is None:
        wrong(RAW, f"应为 1 到 {policies.MOST_G} 的整数")
    ingredient_id = ingredients.get(line.cells[INGREDIENT])
    if ingredient_id is None:
        wrong(INGREDIENT, "食材库中没有此食材，或已停用" if line.cells[INGREDIENT] else "必填")
        return
    note = line.cells.get(NOTE, "")
    if len(note) > policies.LONGEST_LINE_NOTE:
        wrong(NOTE, f"不能超过 {policies.LONGEST_LINE_NOTE} 个字符")
    if ingredient_id in one.lines:
        wrong(INGREDIENT, f"与第 {one.lines[ingredient_id][0]} 行重复")
    elif raw_g is not None:
        one.lines[ingredient_id] = (line.number, LineView(ingredient_id, raw_g, note))


def _read_head(line: Line, one: _Found, wrong: Callable[[str, str], None]) -> None:
    """Station, yield and steps: given once, or always alike."""
    if text := line.cells[STATION]:
        station = _STATIONS.get(text)
        if station is None or one.station not in (None, station):
            same = "与该菜品前面的行不一致" if station else f"应为以下之一：{'、'.join(_STATIONS)}"
            wrong(STATION, same)
        one.station = one.station or station or Station.OTHER  # Told already.
    if text := line.cells[YIELD]:
        grams = _grams(text)
        if grams is None or one.yield_g not in (None, grams):
            wrong(YIELD, "与该菜品前面的行不一致" if grams else f"应为 1 到 {policies.MOST_G} 的整数")
        one.yield_g = one.yield_g or grams or 1  # Told already.
    if text := line.cells.get(STEPS, ""):
        steps = parse_steps(text)
        if len(steps) > policies.MOST_STEPS or any(len(step.text) > policies.LONGEST_STEP for step in steps):
            wrong(STEPS, f"最多 {policies.MOST_STEPS} 步，每步最多 {policies.LONGEST_STEP} 个字符")
        elif any((step.minutes or 0) > policies.MOST_MINUTES for step in steps):
            wrong(STEPS, f"每步最多 {policies.MOST_MINUTES} 分钟")
        elif one.steps and one.steps != steps:
            wrong(STEPS, "与该菜品前面的行不一致")
        one.steps = one.steps or steps


def _grams(text: str) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        return None
    grams = int(text)
    return grams if 1 <= grams <= policies.MOST_G else None
