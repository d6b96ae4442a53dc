"""Units, the image's recipe and the template of settings: what they name exists, and nothing is missing."""

import re
import shlex
from configparser import RawConfigParser
from pathlib import Path

import click
import pytest

from backend.app import create_app
from backend.config import Mode, Settings, SettingsError
from tests.databases import settings_for

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
HOME = "/opt/houqin/"
UNITS = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
TEMPLATE = DEPLOY / "houqin.env.example"


class Repeated(dict):
    """Keys of a unit: one that is given again adds a line."""

    def __setitem__(self, key, value):
        if isinstance(value, list) and key in self:
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def unit(path):
    parser = RawConfigParser(dict_type=Repeated, strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str
    parser.read(path)
    return {
        section: {key: value.split("\n") for key, value in parser.items(section)}
        for section in parser.sections()
    }


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """The commands of `flask`."""
    return create_app(settings_for(tmp_path_factory.mktemp("commands"))).cli


def is_command(commands, words):
    """Whether `flask` takes these words: known commands, known options, as many arguments as it wants."""
    command = commands
    words = list(words)
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)  # Raises click.UsageError.
    return True


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_starts_exists(path, commands):
    lines = unit(path)["Service"]["ExecStart"]
    for line in lines:
        program, *words = shlex.split(line)
        assert program.startswith(f"{HOME}.venv/bin/"), line
        if program.endswith("/flask"):
            assert is_command(commands, words)
        else:
            assert program.endswith("/python")
            assert words[0] == "-m"
            assert (ROOT / words[1].replace(".", "/")).with_suffix(".py").exists() or (
                ROOT / words[1].replace(".", "/") / "__main__.py"
            ).exists()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_may_do_little(path):
    service = unit(path)["Service"]
    assert service["User"] != ["root"]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["ProtectSystem"] == ["strict"]
    assert service["ProtectHome"] == ["yes"]


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_has_its_service(path):
    assert path.with_suffix(".service").exists()
    timer = unit(path)
    assert timer["Timer"]["OnCalendar"][0].endswith("Asia/Shanghai")
    assert timer["Install"]["WantedBy"] == ["timers.target"]


def test_the_service_is_given_the_time_that_serving_takes_to_stop():
    from backend.serve import GRACE_S

    service = unit(DEPLOY / "houqin.service")["Service"]
    assert int(service["TimeoutStopSec"][0]) > GRACE_S
    # The signal goes to the one that stops the others in order.
    assert service["KillMode"] == ["mixed"]


def template():
    """The variables of the template, with those that are commented out."""
    found = {}
    for line in TEMPLATE.read_text().splitlines():
        name, sign, value = line.removeprefix("#").partition("=")
        if sign and re.fullmatch("[A-Z][A-Z0-9_]+", name):
            found[name] = value
    return found


def given():
    """The template as somebody fills it in."""
    lines = [line for line in TEMPLATE.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [line.split("=", 1) for line in lines]
    return {name: value.replace("CHANGE-ME", "0123456789abcdef0123456789abcdef") for name, value in pairs}


def test_the_template_makes_a_production_deployment(tmp_path):
    settings = Settings.from_env(given() | {"HOUQIN_DATA": str(tmp_path)})
    assert settings.mode is Mode.PRODUCTION
    assert settings.public_url.startswith("https://")
    assert settings.proxies
    assert not settings.is_sqlite
    assert settings.media.url.startswith("s3://")


def refused(env):
    """The variables that are missing, by what the settings say; none if they are whole."""
    try:
        Settings.from_env(env)
    except SettingsError as error:
        named = set(re.findall("[A-Z][A-Z0-9_]{3,}", str(error))) - set(env)
        if not named:
            raise
        return named
    return set()


def test_whatever_production_must_be_given_is_in_the_template(tmp_path):
    """Asked of the settings themselves: each refusal names what is missing, until none is left."""
    filled = given()
    env = {"HOUQIN_MODE": "production", "HOUQIN_DATA": str(tmp_path)}
    while missing := refused(env):
        assert missing <= set(filled)
        env |= {name: filled[name] for name in missing}
    assert set(env) >= {"HOUQIN_SECRET_KEY", "WECHAT_APPID", "WECHAT_SECRET"}


def test_every_variable_of_the_template_is_documented_and_placeholders_are_told():
    documented = set(re.findall("`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/operations.md").read_text()))
    assert set(template()) <= documented
    for name, value in template().items():
        if "SECRET" in name or name.endswith("KEY"):
            assert value == "" or "CHANGE-ME" in value, name


def containerfile():
    """The instructions of the recipe: (name, rest), continued lines joined."""
    text = re.sub(r"\\\n\s*", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]


def test_the_image_takes_what_exists():
    built = {"miniapp/dist/build/h5", ".venv"}  # `make setup h5` makes them.
    copied = set()
    for name, rest in containerfile():
        if name == "COPY":
            words = [word for word in rest.split() if not word.startswith("--")]
            copied |= {word.removeprefix(HOME) for word in words[:-1]}
    for path in copied - built - {"."}:
        assert (ROOT / path).exists(), path
    makefile = (ROOT / "Makefile").read_text()
    for target in ("setup", "h5"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    # Every package of ours that an installation has.
    pyproject = (ROOT / "pyproject.toml").read_text()
    packages = set(re.findall(r'^    "([a-z_]+)(?:\.[a-z_.0-9]+)?",$', pyproject, re.MULTILINE))
    ours = {package for package in packages if (ROOT / package / "__init__.py").exists()}
    assert ours <= copied


def test_the_image_is_pinned_runs_as_nobody_special_and_tells_its_health(commands):
    instructions = containerfile()
    bases = [rest.split()[0] for name, rest in instructions if name == "FROM"]
    assert len(set(bases)) == 1
    assert re.fullmatch(r"debian:12\.\d+-slim", bases[0])
    last = dict(instructions)
    assert last["USER"] == "houqin"
    assert last["CMD"] == '[".venv/bin/flask", "serve"]'
    assert is_command(commands, ["serve"])
    check = last["HEALTHCHECK"]
    assert "/readyz" in check
    compile(re.search(r'"-c", "(.*)"\]', check)[1].replace('\\"', '"'), "healthcheck", "exec")
    assert last["EXPOSE"] == "8000"
    assert "HOUQIN_MODE=production" in last["ENV"]
    assert not re.search("SECRET|KEY|PASSWORD", (DEPLOY / "Containerfile").read_text())
