"""The request layer as WeChat runs it, unchanged in Node: login, calls, a photo, over real HTTP."""

import os
import subprocess
import sys

import pytest

from tests.backend.media import pictures
from tests.miniapp.builds import MINIAPP
from tests.miniapp.serving import bind_wechat, serve

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("settings", ["sqlite"], indirect=True)]


def test_the_mini_program_logs_in_calls_and_uploads(app, settings, compound, tmp_path):
    bind_wechat(compound.staff(staff_no="1001"))
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(pictures.small_jpeg(1))
    with serve(app, settings) as served:
        environment = {
            **os.environ,
            "HOUQIN_SERVER": served.url,
            "HOUQIN_PERSON": "1001",
            "HOUQIN_PHOTO": str(photo),
        }
        npm = [sys.executable, str(MINIAPP.parent / "deploy" / "npm.py"), str(MINIAPP), "run", "test:live"]
        done = subprocess.run(npm, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
