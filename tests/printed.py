"""Looking at a PDF: its text, its pages and its pictures, by poppler's programs."""

import re
import subprocess
from pathlib import Path

from PIL import Image


def text_of(pdf: bytes, *, first: int = 1, last: int = 0) -> str:
    """The text of some pages, lines as laid out."""
    pages = ["-f", str(first), *(["-l", str(last)] if last else [])]
    return _run("pdftotext", *pages, "-layout", "-", "-", given=pdf).decode()


def pages_of(pdf: bytes) -> int:
    """How many pages there are."""
    return int(re.search(rb"Pages:\s+(\d+)", _run("pdfinfo", "-", given=pdf))[1])


def fonts_of(pdf: bytes) -> set[str]:
    """The names of the embedded fonts, without the prefix of a subset."""
    lines = _run("pdffonts", "-", given=pdf).decode().splitlines()[2:]
    return {line.split()[0].partition("+")[2] for line in lines}


def picture_of(pdf: bytes, folder: Path, *, page: int = 1, dots: int = 70) -> Image.Image:
    """One page as a picture."""
    path = folder / "page"
    one = ["-f", str(page), "-l", str(page), "-singlefile"]
    _run("pdftoppm", "-r", str(dots), "-png", *one, "-", str(path), given=pdf)
    with Image.open(path.with_suffix(".png")) as picture:
        return picture.convert("L")


def images_of(pdf: bytes) -> int:
    """How many photos are shown, each time that one is."""
    lines = _run("pdfimages", "-list", "-", given=pdf).decode().splitlines()[2:]
    return sum(line.split()[2] == "image" for line in lines)


def _run(*command: str, given: bytes) -> bytes:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
