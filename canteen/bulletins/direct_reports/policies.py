"""What a report says, and when it is sent again: pure."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import orjson

from canteen.bulletins.direct_reports.errors import ReportSums
from canteen.bulletins.figures import Block, Figures, StageSums

SCHEMA: Final = "waste-report/1"
PATH: Final = "/api/v1/reports/waste"
COUNTS: Final = ("meals_served", "meals_measured", "diners")
GRAMS: Final = (
    *("prepared_g", "storage_g", "preparation_g", "unserved_g", "plate_g", "inedible_g", "reused_g"),
    *("purchased_g",),
)
AMOUNTS: Final = ("purchase_fen", "cost_fen")
_FIRST, _LONGEST = timedelta(minutes=5), timedelta(hours=6)


def payload_of(
    figures: Figures, *, unit: str, period: str, version: int, issue_no: str, reported_at: str, remark: str
) -> dict[str, Any]:
    """A month's report: its sums over all canteens, and those of each of them."""
    return {
        "schema": SCHEMA,
        "unit": unit,
        "period": period,
        "version": version,
        "bulletin": issue_no,
        "reported_at": reported_at,
        "remark": remark,
        "figures": sums_of(figures.total),
        "canteens": [{"name": each.name, "figures": sums_of(each.now)} for each in figures.canteens],
    }


def sums_of(block: Block) -> dict[str, Any]:
    """Counts and grams; what was not weighed is null, never 0. Grams are of food, but `inedible_g`."""
    stages = {name: sums for name, sums in block.stages.items() if sums.meals}

    def food(stage: str) -> int | None:
        sums = stages.get(stage)
        return sums.food_g if sums is not None else None

    wasted: list[StageSums] = [
        stages[name] for name in ("storage", "preparation", "unserved", "plate") if name in stages
    ]
    plate = block.figures["plate"]
    return {
        "meals_served": block.opened,
        "meals_measured": block.weighed,
        "diners": block.diners,
        "plate_diners": plate.denominator if plate.measured else None,
        "plate_meals": plate.measured,
        "prepared_g": food("prepared"),
        "storage_g": food("storage"),
        "preparation_g": food("preparation"),
        "unserved_g": food("unserved"),
        "plate_g": food("plate"),
        "inedible_g": sum(each.inedible_g for each in wasted) if wasted else None,
        "reused_g": stages["reused"].total_g if "reused" in stages else None,
        "cost_fen": block.cost_fen if wasted else None,
    }


def encoded(payload: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys: the same report makes the same bytes."""
    return orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)


def digest(content: bytes) -> str:
    """The SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def ensure_sums(figures: Mapping[str, Any], canteens: Sequence[Mapping[str, Any]]) -> None:
    """Where every canteen says something of a sum, they make up the whole. Raises ReportSums."""
    if not canteens:
        return
    wrong = {}
    for name in (*COUNTS, *GRAMS, *AMOUNTS):
        parts = [each["figures"].get(name) for each in canteens]
        if any(part is None for part in parts) or figures.get(name) is None:
            continue
        if sum(parts) != figures[name]:
            wrong[name] = [f"应为 {sum(parts)}"]
    if wrong:
        raise ReportSums(fields={"figures": wrong})


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts without an answer: 5 minutes, doubled, at most 6 hours."""
    return min(_FIRST * (1 << min(attempts - 1, 10)), _LONGEST)


def receipt_no(unit: str, period: str, version: int, payload_hash: str) -> str:
    """A receipt's number: the same report has the same."""
    return f"{unit}-{period}-V{version}-{payload_hash[:8]}"
