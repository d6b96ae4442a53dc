"""What a process writes to stderr."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys
import structlog
from backend import logs
from backend.config import Settings
log = structlog.get_logger("backend.some_module")
names = ("HOUQIN_DATA", "HOUQIN_MODE", "HOUQIN_SECRET_KEY", "WECHAT_APPID", "WECHAT_SECRET")
logs.configure(Settings.from_env(dict(zip(names, (*sys.argv[1:], "x" * 40, "a", "b")))))
structlog.contextvars.bind_contextvars(request_id="r1")
log.info("order placed", total_fen=600, dish="红烧肉")
logging.getLogger("some.library").warning("watch %s", "out")
logging.getLogger("apscheduler.scheduler").info("noise")
password = "in a local variable"
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
"""


@pytest.fixture
def written(tmp_path):
    """What the program writes in this mode. It is a process of its own, for logging is global."""

    def run(mode):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path), mode], capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
        return done.stderr

    return run


def test_production_writes_one_json_object_a_line(written):
    lines = [json.loads(line) for line in written("production").splitlines()]
    assert [line["event"] for line in lines] == ["order placed", "watch out", "failed"]
    assert lines[0] | {"timestamp": ""} == {
        "event": "order placed",
        "level": "info",
        "logger": "backend.some_module",
        "request_id": "r1",
        "total_fen": 600,
        "dish": "红烧肉",
        "timestamp": "",
    }
    assert lines[0]["timestamp"].endswith("+08:00")
    assert "ZeroDivisionError" in lines[2]["exception"]


def test_the_demo_writes_for_people(written):
    text = written("demo")
    assert "order placed" in text
    assert "dish=红烧肉" in text
    assert "ZeroDivisionError" in text
    assert "noise" not in text
    assert "in a local variable" not in text
