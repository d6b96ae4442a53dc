"""Labels of samples: 62 × 40 mm, on A4 sheets to cut or on a roll."""

from collections.abc import Sequence
from typing import Any, Final

import segno

from backend.config import settings
from backend.dates import day_text, moment_text
from backend.documents import pdf
from canteen.food_safety.samples.queries import SampleView

# The page of the phone that the code leads to.
PAGE: Final = "pages/kitchen/sample"
_PLACE_HOLDS: Final = 24


def labels_pdf(samples: Sequence[SampleView], *, is_roll: bool, printed_by: str) -> bytes:
    """The labels in the order given: twenty-one on an A4 sheet, or each on a page of its own size."""
    facts = {
        "title": "留样标签",
        "printed_by": printed_by,
        "is_roll": is_roll,
        "labels": [_label(sample) for sample in samples],
    }
    return pdf.render("canteen.food_safety.samples/labels.html", facts)


def qr_address(code: str) -> str:
    """What the code says: where the phone opens the sample."""
    return f"{settings().h5_url}#/{PAGE}?code={code}"


def _label(sample: SampleView) -> dict[str, Any]:
    qr_code = segno.make(qr_address(sample.code), error="m", micro=False)
    return {
        "canteen": sample.canteen_name,
        "dish": sample.dish_name,
        "size": _size(sample.dish_name),
        "meal": f"{day_text(sample.date)} {sample.period_name}",
        "weight": f"{sample.weight_g} 克",
        "taken": moment_text(sample.taken_at),
        "due": moment_text(sample.due_at),
        "by": sample.taken_by_name,
        "fridge": _place(sample.fridge),
        "is_extra": sample.is_extra,
        "code": sample.code,
        "qr": qr_code.svg_data_uri(border=4, scale=4),
    }


def _place(fridge: str) -> str:
    """Where it is kept, as far as two lines hold it: more would push the code off a roll's label."""
    return fridge if len(fridge) <= _PLACE_HOLDS else f"{fridge[: _PLACE_HOLDS - 1]}…"


def _size(name: str) -> str:
    """The dish's size in points: two lines hold it."""
    return next((size for most, size in ((8, "13"), (16, "11"), (24, "9")) if len(name) <= most), "7")
