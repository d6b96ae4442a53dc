"""What must hold of the two builds: sizes, syntax, no outside address, and the pages that others lead to."""

import json
import re
import subprocess

import pytest

from backend.actor import Permission
from tests.architecture.test_house import ROOT, sources
from tests.miniapp.builds import H5, MP, ensure_built, node

PACKAGE_BYTES = 2 * 2**20
# Names of XML vocabularies, which nobody fetches, and where the mini-program finds a developer's server.
NAMES = re.compile(rb"http://www\.w3\.org/[\w/]+|http://127\.0\.0\.1:8000")
ADDRESS = re.compile(rb"(?:https?:|wss?:)?//(?:[\w-]+\.)+[a-z]{2,}[^\s\"'`)]{0,40}")
# As `node --check` does, for all scripts in one process.
CHECK = """
const { readFileSync } = require("node:fs"), vm = require("node:vm"), { wrap } = require("node:module");
for (const name of readFileSync(0, "utf8").split("\\n").filter(Boolean))
    new vm.Script(wrap(readFileSync(name, "utf8")), { filename: name });
"""


@pytest.fixture(params=[H5, MP], ids=["h5", "mp-weixin"])
def build(request):
    ensure_built(request.param)
    return request.param


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def whole_app():
    ensure_built(MP)
    return json.loads((MP / "app.json").read_text())


def all_pages():
    """The path of each page of the mini-program."""
    app = whole_app()
    packages = app.get("subPackages", [])
    return {*app["pages"], *(f"{each['root']}/{page}" for each in packages for page in each["pages"])}


def test_each_package_is_below_two_megabytes():
    roots = [each["root"] + "/" for each in whole_app().get("subPackages", [])]
    sizes = dict.fromkeys([*roots, "main"], 0)
    for path in files(MP):
        name = path.relative_to(MP).as_posix()
        package = next((root for root in roots if name.startswith(root)), "main")
        sizes[package] += path.stat().st_size
    assert {name: size for name, size in sizes.items() if size >= PACKAGE_BYTES} == {}


def test_every_script_of_the_mini_program_can_be_read():
    ensure_built(MP)
    names = "\n".join(str(path) for path in files(MP) if path.suffix == ".js")
    assert names.count("\n") > 20
    subprocess.run([node(), "-e", CHECK], input=names, text=True, check=True)


def test_a_build_names_no_outside_address(build):
    found = set()
    for path in files(build):
        if path.suffix == ".ttf":  # It names its maker within.
            continue
        for address in ADDRESS.findall(NAMES.sub(b"", path.read_bytes())):
            found.add((path.relative_to(build).as_posix(), address.decode()))
    assert found == set()


def test_the_pages_of_both_builds_are_the_same(build):
    if build == MP:
        for page in all_pages():
            assert (MP / f"{page}.js").exists(), page
    else:
        entry = "".join(path.read_text() for path in (H5 / "assets").glob("index*.js"))
        assert {page for page in all_pages() if page not in entry} == set()


def test_every_page_that_the_backend_leads_to_exists():
    named = set()
    for path in sources("backend", "canteen", "console", "feedback", "meeting", "property"):
        if "simulator" not in path.parts:
            named |= set(re.findall(r"[\"'#/](pages/[a-z_/-]+[a-z])(?=[?\"'])", path.read_text()))
    assert "pages/canteen/order" in named
    assert {page for page in named if page not in all_pages()} == set()


def test_every_entry_of_the_services_leads_to_a_page():
    led = set()
    for path in (ROOT / "miniapp" / "src" / "pages").glob("*/module.json"):
        led |= {entry["page"].split("?")[0] for entry in json.loads(path.read_text()).get("entries", [])}
    assert led <= all_pages()


def test_every_permission_of_the_services_is_one():
    asked = set()
    for path in (ROOT / "miniapp" / "src" / "pages").glob("*/module.json"):
        asked |= {entry["permission"] for entry in json.loads(path.read_text()).get("entries", [])}
    assert asked <= set(Permission)


def test_the_lock_file_knows_the_parts_for_every_platform():
    """Where npm could not find one of them, `npm ci` fails on every machine, this one included."""
    packages = json.loads((ROOT / "miniapp" / "package-lock.json").read_text())["packages"]
    wanted = {name for each in packages.values() for name in each.get("optionalDependencies", {})}
    assert {
        name for name in wanted if not any(path.endswith(f"node_modules/{name}") for path in packages)
    } == set()
