"""What people type stays text: in pages, in sheets, in headers; and nothing unseen could undo that.

Each way out is proved where it lives: sheets, PDFs and charts (tests/backend/documents), XML bombs and
entities in uploaded sheets (tests/backend/identity/test_sheets.py), documents and photos that are two things
at once (tests/backend/attachments, tests/backend/media), files (tests/miniapp_api/test_h5.py), where a login
leads (tests/console/test_login.py). Here: that there is no other way out, and a walk through pages.
"""

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from backend import clock
from backend.actor import ScopeKind
from backend.answers import File, download
from backend.documents import pdf
from backend.documents.environment import ENVIRONMENT
from backend.documents.sheets import MEDIA_TYPE
from tests.console.browser import Console
from tests.factories import MONDAY, NINE

ROOT = Path(__file__).parents[2]
FOLDERS = ("backend", "canteen", "meeting", "property", "feedback", "console", "miniapp_api")
# A formula, a tag that runs a script, the ends of attributes, a template.
EVIL = "=1+1<img src=x onerror=a>\"'&{{7*7}}"
NAMED = {"date": "2026-11-23", "on_date": MONDAY, "month": MONDAY, "period": "lunch", "step": "adopt"}
# Markup that templates pass on unescaped, made by ourselves: drawings of codes, literals, rendered parts.
SAFE = {
    *(
        "enrolment.qr_svg",
        "qr_svg",
        "svg",
        "content.html",
        "'<br>'",
        "' data-period'",
        "' data-finds=#master-find'",
    ),
    *("'&amp;period='", "'&amp;dish_id='", "'\"f-'", "'\"h-'", "'\"e-'"),
    *("('\"' ~ key ~ '-f-')", "('\"' ~ key ~ '-h-')", "('\"' ~ key ~ '-e-')"),
}
# Where a script of ours writes markup that the server has escaped: parts of pages by htmx, a page's own
# templates with numbers put in, a screen's content as it was got or kept.
OWN_MARKUP = (
    r'swap: "(inner|outer)HTML"',
    r'holder\.innerHTML = (template|\$\("#line-template", form\))\.innerHTML'
    r'(\.replaceAll\("__\w+__", \w+\))*;',
    r"content\.innerHTML = html;|html: content\.innerHTML,",
)


def sources(pattern: str) -> list[tuple[str, str]]:
    """The files of the program of this name, with their text."""
    return [
        (path.relative_to(ROOT).as_posix(), path.read_text())
        for folder in FOLDERS
        for path in (ROOT / folder).rglob(pattern)
        if "node_modules" not in path.parts and "vendor" not in path.parts
    ]


# --- no other way out ---------------------------------------------------------------------------------------


def test_one_module_writes_sheets_one_reads_them_and_one_prints():
    """Which therefore are the only ones that have to keep formulas, entities and addresses out."""
    calls = {
        "backend/documents/sheets.py": r"(?<!load_)\bWorkbook\(|xlsxwriter|csv\.writer",
        "backend/documents/reading.py": r"load_workbook\(|xlrd",
        "backend/documents/pdf.py": r"\.write_pdf\(|weasyprint import",
    }
    everything = sources("*.py")
    for only, call in calls.items():
        assert {name for name, text in everything if re.search(call, text)} == {only}


def test_only_markup_of_our_own_is_passed_on_unescaped():
    assert ENVIRONMENT.autoescape is True
    found = set()
    for name, text in [*sources("*.html"), *sources("*.svg"), *sources("*.j2")]:
        found |= set(re.findall(r"(\([^()]*\)|'[^']*'|\"[^\"]*\"|[\w.]+)\s*\|\s*safe\b", text))
        assert not re.search(r"autoescape\s+false|\{%-?\s*autoescape", text), name
    assert found == SAFE
    unsafe = r"\bMarkup\(|render_template_string|jinja2\.Template\(|\bpickle\b|yaml\.load\(|shell=True"
    unsafe += r"|(?<![\w.])(eval|exec)\("
    assert [name for name, text in sources("*.py") if re.search(unsafe, text)] == []


def test_no_script_of_ours_writes_markup():
    """What a script shows is set as text; htmx alone swaps in pages, which the server has escaped."""
    writes = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\("
    wrong = [
        f"{name}: {line.strip()}"
        for name, text in sources("*.js")
        if "/simulator/" not in name
        for line in text.splitlines()
        if re.search(writes, line) and not any(re.search(way, line) for way in OWN_MARKUP)
    ]
    phone = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "miniapp" / "src").rglob("*.vue")
        if re.search(r"v-html|innerHTML", path.read_text())
    ]
    assert wrong + phone == []


# --- a walk -------------------------------------------------------------------------------------------------


ROLES = ("administrator", "canteen_manager", "property_manager", "feedback_desk", "leader")


@pytest.fixture
def manager(compound):
    """Who sees most of a compound in which everything that has a name has an evil one."""
    with clock.at(NINE):
        canteen = compound.canteen(compound.campus(EVIL), name=EVIL)
        compound.period(canteen)
        department = compound.department(EVIL)
        roles = dict.fromkeys(ROLES, (ScopeKind.COMPOUND, 0))
        manager = compound.staff(department=department, name=EVIL, roles=roles)
        dish = compound.dish(canteen, EVIL, description=EVIL)
        compound.meal(canteen, {dish: 50})
        client = compound.client(compound.staff(department=department, name=EVIL, personal_fen=10_000))
        order = {"canteen_id": canteen.id, "date": MONDAY.isoformat(), "period": "lunch"}
        order["items"] = [{"dish_id": dish.id, "portion": "half", "quantity": 1}]
        assert client.post("/canteen/orders", order).status == 201
        said = {"kind": "fault", "text": EVIL, "may_contact": True}
        assert client.post("/suggestions", said).status == 201
        assert client.post("/me/data-requests", {"kind": "correct", "text": EVIL}).status == 201
        yield manager


def pages_and_files(app):
    """What the console opens, and what it and the API give as a file; of each thing the first one."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or not re.match("/(console|api/v1)/(?!<path)", rule.rule):
                continue
            path = rule.build({name: NAMED.get(name, 1) for name in rule.arguments})[1]
            if rule.rule.startswith("/console/"):
                yield path
                if "| backend.answers.File" in str(app.view_functions[rule.endpoint].__annotations__):
                    yield f"{path}?format=xlsx"
            elif re.search(r"^/api/v1/.*(pdf|xlsx|export|workbook|labels|sheet)", rule.rule):
                yield path


def runs(text: str) -> bool:
    """Whether what was typed has become markup, or has left its attribute."""
    return "<img src=x" in text or "\"'&{{" in text


def formulas(data: bytes) -> list[str]:
    """Cells of a workbook that a program would take for a formula."""
    cells = (cell for sheet in load_workbook(BytesIO(data)) for row in sheet.iter_rows() for cell in row)
    return [
        cell.coordinate
        for cell in cells
        if cell.data_type == "f" or (str(cell.value or "")[:1] in ("=", "@") and not cell.quotePrefix)
    ]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_evil_names_are_only_names_wherever_they_are_shown(app, manager, monkeypatch):
    printed, shown, sheets, wrong = [], [], [], []
    monkeypatch.setattr(pdf, "_print", lambda html, pictures: printed.append(html) or b"%PDF-1.7")
    with clock.at(NINE):
        console = Console(app, manager)
        for path in pages_and_files(app):
            response = console.get(path)
            assert response.status_code < 500, path
            if response.mimetype == "text/html":
                wrong += [path] if runs(response.text) else []
                shown += [path] if "&lt;img src=x" in response.text else []
            elif response.mimetype == MEDIA_TYPE:
                sheets.append(path)
                wrong += [f"{path} {cell}" for cell in formulas(response.data)]
            # A header has one line, whatever it names.
            assert not [value for _, value in response.headers if {"\n", "\r"} & set(value)]
            response.close()
    assert wrong == []
    assert [html[:200] for html in printed if runs(html)] == []
    # It went where they are.
    assert len(shown) > 15, shown
    assert len(sheets) > 5, sheets
    assert any("&lt;img src=x" in html for html in printed)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "name", ['a"\r\nSet-Cookie: x=1.pdf', "../../etc/passwd", "报告\x00.xlsx", "a;b=c.pdf", EVIL]
)
def test_the_name_of_a_file_cannot_leave_its_header(app, name):
    with app.test_request_context():
        header = download(File(b"", name), "application/pdf").headers["Content-Disposition"]
    assert re.fullmatch(r"attachment; filename\*=UTF-8''[A-Za-z0-9_.~%/-]+", header)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        "/m/..%2f..%2fpyproject.toml", "/m/%2e%2e/%2e%2e/pyproject.toml", "/static/..%2fpages.py",
        "/static/%2e%2e%2fpages.py", "/static/..%5cpages.py", "/api/docs/assets/..%2f..%2fpages.py",
        "/media/1/..%2f..%2fsecret.key", "/q/..%2fsecret.txt", "/screen/..%2fworker.js",
        "/static//etc/passwd", "/m//etc/passwd", "/static/%00", "/static/x%0d%0aSet-Cookie:%20a=1",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_its_folder(app, path):
    with app.test_client().get(path) as response:
        assert response.status_code in (400, 404), response.status
        assert b"import " not in response.data
        assert "Set-Cookie" not in response.headers
