"""Workbooks in tests: changed, and sent to an import."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tests.client import Answer, Client


def upload(client: Client, path: str, data: bytes) -> Answer:
    """Send a workbook in the field `file`."""
    return client.post(path, data={"file": (BytesIO(data), "表.xlsx")}, content_type="multipart/form-data")


def changed(data: bytes, cells: dict[str, Any]) -> bytes:
    """The workbook with some cells of its first sheet changed."""
    book = load_workbook(BytesIO(data))
    for address, value in cells.items():
        book.active[address] = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    """What the first sheet says, without its header."""
    return list(load_workbook(BytesIO(data)).active.iter_rows(min_row=2, values_only=True))


def faults(answer: Answer) -> list[tuple[int, str]]:
    """Row and column of everything that an import refused."""
    assert answer.error == "documents.rows_rejected", answer.envelope
    return [(one["row"], one["column"]) for one in answer.envelope["data"]["rows"]]
