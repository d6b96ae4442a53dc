"""Documents and program say the same: links, commands, pictures, drawings, words."""

import re
import shlex
import subprocess
from collections import Counter
from configparser import ConfigParser
from functools import cache
from pathlib import Path

import click
import pytest
from PIL import Image

from backend.app import create_app
from backend.flows.demo import FIXED_ACCOUNTS
from console.navigation import SECTIONS
from tests.databases import settings_for

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
GUIDES = sorted((DOCS / "guides").glob("*.zh-CN.md"))
# What the guides' pictures may weigh: they come with every checkout.
MOST_PICTURES, LARGEST, HEAVIEST = 35, 90_000, 2_500_000

FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.M | re.S)
LINK = re.compile(r"\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)\)|<img [^>]*src=\"([^\"]+)\"")


@cache
def files():
    """Every file of the project, by its path, but for what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return [ROOT / name for name in listed if (ROOT / name).is_file()]


@cache
def documents():
    return [path for path in files() if path.suffix == ".md"]


@cache
def text_of(path):
    return path.read_text()


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def prose(path):
    """The text without its fenced blocks."""
    return FENCE.sub("", text_of(path))


@cache
def words_of_the_program():
    """Everything that the program says, in one text."""
    parts = ("backend", "canteen", "console", "feedback", "meeting", "miniapp", "miniapp_api", "property")
    suffixes = (".html", ".js", ".py", ".toml", ".ts", ".vue")
    return "\n".join(
        text_of(path)
        for path in files()
        if path.relative_to(ROOT).parts[0] in parts
        and (path.suffix in suffixes or path.name in ("module.json", "main-package.json"))
        and "migrations" not in path.parts
    )


# Links


@cache
def anchors(path):
    """What GitHub lets one link to: the headings, in small letters, hyphens for spaces."""
    slugs, seen = set(), Counter()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(path), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        slugs.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return slugs


def links(path):
    """Where a document leads to within the project."""
    plain = re.sub(r"`[^`\n]*`", "", prose(path))
    for target, source in LINK.findall(plain):
        if not re.match(r"[a-z]+:", target or source):
            yield target or source


def test_every_link_leads_somewhere():
    broken = []
    for path in documents():
        for link in links(path):
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if not target.exists():
                broken.append(f"{name_of(path)}: {link}")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                broken.append(f"{name_of(path)}: {link} (no such heading)")
    assert broken == []


def test_links_are_found_and_anchors_are_those_of_github(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Scales and gateways\n## 诉求：专席、承办单位\n## `make run`, twice\n## `make run`, twice\n"
        '[a](b.md#c) `[not](this)` ![x](y.png) <img width="1" src="z.webp">\n'
        "```\n[nor](that)\n# no heading\n```\n"
    )
    assert anchors(page) == {"scales-and-gateways", "诉求专席承办单位", "make-run-twice", "make-run-twice-1"}
    assert list(links(page)) == ["b.md#c", "y.png", "z.webp"]


def test_no_document_is_lost():
    """Some other one leads to each."""
    led_to = {
        (path.parent / link.partition("#")[0]).resolve()
        for path in documents() for link in links(path) if not link.startswith("#")
    }  # fmt: skip
    ours = [path for path in documents() if path.is_relative_to(DOCS)]
    assert [name_of(path) for path in ours if path.resolve() not in led_to] == []


# Commands

COMMAND = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(make|(?:\.venv/bin/)?flask)(?: +(.*))?$")


def commands():
    """Every command that a document gives, in a block or within a sentence: where, program, arguments."""
    for path in documents():
        said = re.findall(r"`([^`\n]+)`", prose(path))
        said += [line for block in FENCE.finditer(text_of(path)) for line in block[0].splitlines()[1:-1]]
        for line in said:
            found = COMMAND.match(line.split(" #")[0].strip())
            if found:
                yield name_of(path), found[1].split("/")[-1], shlex.split(found[2] or "")


def test_every_make_target_exists():
    makefile = text_of(ROOT / "Makefile")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.M))
    variables = set(re.findall(r"\b([A-Z_][A-Z0-9_]+)\b", makefile))
    given = [each for each in commands() if each[1] == "make"]
    assert len(given) > 20
    unknown = []
    for where, _, arguments in given:
        for argument in arguments:
            name, equals, _ = argument.partition("=")
            if name not in (variables if equals else targets):
                unknown.append(f"{where}: make {argument}")
    assert unknown == []


@pytest.fixture(scope="module")
def commands_of_flask(tmp_path_factory):
    return create_app(settings_for(tmp_path_factory.mktemp("commands"))).cli


def test_every_flask_command_exists_with_its_options(commands_of_flask):
    given = [each for each in commands() if each[1] == "flask"]
    assert len(given) > 30
    unknown = []
    for where, _, arguments in given:
        command = commands_of_flask
        for position, argument in enumerate(arguments):
            if argument == "…" or not isinstance(command, click.Group):
                break
            command = command.commands.get(argument)
            if command is None:
                unknown.append(f"{where}: flask {' '.join(arguments[: position + 1])}")
                break
        if isinstance(command, click.Command) and not isinstance(command, click.Group):
            has = {option for parameter in command.params for option in parameter.opts}
            wanted = {
                each.strip("[]").split("=")[0] for each in arguments if each.strip("[").startswith("--")
            }
            unknown += [f"{where}: flask {' '.join(arguments)}: {option}" for option in wanted - has]
    assert unknown == []


# Pictures


def test_every_picture_is_shown_and_can_be_taken_again():
    shown = {
        (path.parent / link).resolve() for path in documents() for link in links(path) if "pictures/" in link
    }
    kept = set(PICTURES.glob("*.webp"))
    taken = re.findall(r"Picture\(\s*\"([a-z-]+)\"", text_of(PICTURES / "take.py"))
    assert {path.name for path in shown if path.suffix == ".webp"} == {path.name for path in kept}
    assert sorted(f"{name}.webp" for name in taken) == sorted(path.name for path in kept)


def test_pictures_are_small_and_say_in_words_what_they_show():
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.webp")}
    assert len(sizes) <= MOST_PICTURES
    assert {name for name, size in sizes.items() if size > LARGEST} == set()
    assert sum(sizes.values()) <= HEAVIEST
    tags = [tag for path in documents() for tag in re.findall(r"<img [^>]*>", prose(path))]
    assert tags
    for tag in tags:
        assert re.search(r'alt="[^"]*[\u4e00-\u9fff][^"]*"', tag), tag
        assert re.search(r'width="\d+"', tag), tag


def test_pictures_are_of_a_phone_or_of_a_desk():
    for path in PICTURES.glob("*.webp"):
        with Image.open(path) as image:
            assert image.size == ((1280, 800) if path.name.startswith("console-") else (780, 1688)), path.name


# Guides


def test_what_a_guide_quotes_is_written_in_the_program():
    """Buttons, pages, notices: a guide that names “验收入库” means words that somebody can find."""
    said = "\n".join(line for line in words_of_the_program().split("\n") if not line.isascii())
    unknown = []
    for path in GUIDES:
        for quoted in re.findall(r"“([^”\n]+)”", text_of(path)):
            unknown += [f"{path.name}: {part}" for part in quoted.split(" → ") if part not in said]
    assert unknown == []


def test_every_role_of_the_demo_has_a_guide():
    index = text_of(DOCS / "guides" / "README.zh-CN.md")
    assert [account for account in FIXED_ACCOUNTS if account.role_name not in index] == []


def test_a_guide_names_only_accounts_of_the_demo():
    known = {account.staff_no for account in FIXED_ACCOUNTS} | {str(number) for number in range(1001, 1601)}
    named = {
        number for path in GUIDES for number in re.findall(r"(?<![\d.-])([19]\d{3})(?![\d.-])", prose(path))
    }
    assert named - known == set()


# Architecture and words


def contracts():
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


def layers(contract):
    lines = contracts()[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [set(re.findall(r"[\w.]+", line)) for line in lines if line]


def test_the_drawing_has_the_layers_of_the_house():
    """In their order, with every folder; of single files those that are worth a word."""
    drawn = re.findall(r"L(\d+)\[\"([^\"]+)\"\]", text_of(DOCS / "architecture.md"))
    house = layers("house")
    assert [int(number) for number, _ in drawn] == list(range(1, len(house) + 1))
    for (number, names), layer in zip(drawn, house, strict=True):
        shown = set(re.findall(r"[\w.]+", names))
        folders = {name for name in layer if (ROOT / name.replace(".", "/")).is_dir()}
        assert shown <= layer, number
        assert folders <= shown, number


def test_the_arrows_of_the_drawing_lead_downwards_one_by_one():
    arrows = re.findall(r"L(\d+)(?:\[[^\]]*\])? --> L(\d+)", text_of(DOCS / "architecture.md"))
    assert [(int(start), int(end)) for start, end in arrows] == [
        (level, level + 1) for level in range(1, len(layers("house")))
    ]


@pytest.mark.parametrize("module", ["canteen", "meeting", "property", "feedback"])
def test_the_table_has_the_slices_of_a_module(module):
    row = re.search(rf"^\| `{module}` \|(.*)\|$", text_of(DOCS / "architecture.md"), re.M)
    assert row is not None
    named = [{name} for name in re.findall(r"`(\w+)`", row[1])]
    assert named == layers(module)


def test_the_box_in_the_readme_has_the_slices_too():
    rows = re.findall(r"^   │ (\w+ *)│ (\w* *)│ (\w* *)│ (\w* *)│", text_of(ROOT / "README.md"), re.M)
    assert len(rows) > 10
    for column in zip(*rows, strict=True):
        module, *slices = [name.strip() for name in column if name.strip()]
        assert [{name} for name in slices] == layers(module)


@pytest.mark.parametrize(("name", "comma"), [("README.md", ", "), ("README.zh-CN.md", "、")])
def test_the_readme_lists_the_pages_of_the_console(name, comma):
    rows = dict(re.findall(r"^\| (\S+) \| (\S.*?) \|$", text_of(ROOT / name), re.M))
    listed = {
        section.title: rows.get(section.title, "").split(comma) for section in SECTIONS if section.title
    }
    assert listed == {
        section.title: [item.title for item in section.items] for section in SECTIONS if section.title
    }


def test_what_the_glossary_names_is_in_the_code():
    code = set(re.findall(r"[A-Za-z_]\w+", words_of_the_program()))
    files_of_ours = {part for path in files() for part in re.findall(r"\w+", name_of(path))}
    lost = []
    for line in text_of(DOCS / "glossary.md").splitlines():
        cells = line.strip("|").split("|")
        if line.startswith("| ") and len(cells) > 2:
            names = re.findall(r"[A-Za-z_]\w+", " ".join(re.findall(r"`([^`]+)`", cells[1])))
            lost += [f"{cells[0].strip()}: {name}" for name in names if name not in code | files_of_ours]
    assert lost == []
