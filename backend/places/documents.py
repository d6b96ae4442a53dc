"""Plates to print: one as a picture, many as sheets to cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import segno

from backend.config import settings
from backend.documents import pdf
from backend.documents.axes import FONT_SIZE, shorten, text_width
from backend.documents.environment import ENVIRONMENT
from backend.places.queries import PlateView

# In tenths of a millimetre: a plate is 90 × 62 mm, of which its texts have the right part.
_NAME_SIZE, _ABOVE_SIZE, _TEXT_WIDTH = 50, 30, 350
_NAME_LINES = 3
# The code stands behind its title, smaller where it is long.
_CODE_SIZES, _CODE_WIDTH, _CODE_TITLE = (32, 28, 24, 20), 360, "编号 "


@dataclass(frozen=True, slots=True)
class Drawing:
    """What stands on a plate. `squares` is a path over `modules` × `modules` units."""

    organisation: str
    above: Sequence[str]
    name: Sequence[str]
    code: str
    code_size: int
    url: str
    hint: str
    modules: int
    squares: str


def plate_svg(plate: PlateView) -> bytes:
    """The plate as an SVG file of 90 × 62 mm, for an engraver or a label printer."""
    text = ENVIRONMENT.get_template("backend.places/plate.svg").render(plate=drawing_of(plate))
    return text.encode()


def plates_pdf(plates: Sequence[PlateView], *, printed_by: str) -> bytes:
    """A4 sheets of eight plates of places each, with marks to cut along."""
    return sheets_pdf([drawing_of(plate) for plate in plates], title="地点标牌", printed_by=printed_by)


def sheets_pdf(plates: Sequence[Drawing], *, title: str, printed_by: str) -> bytes:
    """A4 sheets of eight plates each, with marks to cut along."""
    facts = {"title": title, "printed_by": printed_by, "plates": plates}
    return pdf.render("backend.places/plates.html", facts)


def drawing_of(plate: PlateView) -> Drawing:
    """What stands on a place's plate."""
    *above, name = plate.place.names
    return draw(url=plate.url, above=above, name=name, code=plate.code)


def draw(
    *,
    url: str,
    above: Sequence[str],
    name: str,
    code: str,
    hint: str = "微信扫一扫，报修、反馈、查看此处信息",
) -> Drawing:
    """A plate, its texts cut to fit. The QR code has error correction M or better."""
    qr_code = segno.make(url, error="m", micro=False)
    shown = f"{_CODE_TITLE}{code}"
    size = next((each for each in _CODE_SIZES if _fit(shown, each, _CODE_WIDTH) == shown), _CODE_SIZES[-1])
    return Drawing(
        organisation=_fit(settings().organisation, 34, 820),
        above=[_fit(each, _ABOVE_SIZE, _TEXT_WIDTH) for each in above],
        name=_lines(name),
        code=_fit(shown, size, _CODE_WIDTH),
        code_size=size,
        url=url,
        hint=hint,
        modules=len(qr_code.matrix),
        squares=_squares(qr_code.matrix),
    )


def _squares(matrix: Sequence[Sequence[int]]) -> str:
    """The dark modules as a path: a rectangle for each run within a row."""
    drawn = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            begin = x
            while x < len(row) and row[x]:
                x += 1
            if x > begin:
                drawn.append(f"M{begin} {y}h{x - begin}v1h{begin - x}z")
            x += 1
    return "".join(drawn)


def _fit(text: str, size: int, width: int) -> str:
    return shorten(text, width * FONT_SIZE / size)


def _lines(name: str) -> list[str]:
    """The name on so many lines as it needs, at most `_NAME_LINES`."""
    width: Final = _TEXT_WIDTH * FONT_SIZE / _NAME_SIZE
    lines = [""]
    for char in name:
        if text_width(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    kept = lines[: _NAME_LINES - 1]
    rest = "".join(lines[_NAME_LINES - 1 :])
    return [*kept, shorten(rest, width)] if rest else kept
