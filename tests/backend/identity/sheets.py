"""Workbooks for the tests of the import, made with openpyxl as a person would make them with Excel."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook, load_workbook

from tests.client import Answer, Client

TITLES = ("工号", "姓名", "手机号", "身份证号", "饭卡号", "部门", "职务", "兼职部门", "兼职职务", "状态")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def workbook(rows: Sequence[Sequence[Any]], titles: Sequence[str] = TITLES) -> bytes:
    """A workbook with a header and these rows."""
    book = Workbook()
    book.active.append(list(titles))
    for row in rows:
        book.active.append(list(row))
    return saved(book)


def as_text(row: Sequence[Any]) -> bytes:
    """A workbook with one row whose cells are text even where they look like formulas."""
    book = Workbook()
    book.active.append(list(TITLES))
    book.active.append(list(row))
    for cell in book.active[2]:
        if cell.value is not None:
            cell.data_type = "s"
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells(data: bytes) -> list[list[Any]]:
    """What the first worksheet says, the header included."""
    book = load_workbook(BytesIO(data))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def id_no(serial: int) -> str:
    """A valid ID number, another for each serial of up to three digits."""
    digits = f"11010519900307{serial:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def person(number: int, **cells: Any) -> list[Any]:
    """A row: 3001 张3001 with phone, ID and card, in 办公厅/综合处 as 科员, without a second post."""
    row = {
        "工号": str(number),
        "姓名": f"张{number}",
        "手机号": f"1370000{number:04d}",
        "身份证号": id_no(number % 1000),
        "饭卡号": f"6688{number}",
        "部门": "办公厅/综合处",
        "职务": "科员",
        "兼职部门": None,
        "兼职职务": None,
        "状态": "在职",
    }
    return list({**row, **cells}.values())


def upload(client: Client, data: bytes, query: str = "", **kwargs: Any) -> Answer:
    """Send a file as the mini-program's or the console's form does."""
    return client.request(
        "POST",
        f"/admin/staff/import{query}",
        # By hand, because the test client's own encoder leaves its temporary file open.
        data=b'--x\r\nContent-Disposition: form-data; name="file"; filename="r.xlsx"\r\n\r\n'
        + data
        + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        **kwargs,
    )
