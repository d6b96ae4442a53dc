"""The decoder: a process that has nothing of ours, with limits that hold."""

import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from PIL import Image, ImageCms

from backend.app import create_app
from backend.media import decoding
from backend.media.errors import PhotoBroken, PhotoTooComplex, TooManyPixels
from backend.media.models import Size
from tests.backend.media import pictures
from tests.databases import settings_for


@pytest.fixture
def decode(tmp_path):
    """Decodes bytes under the deployment's limits, or others."""

    def run(data, **limits):
        running = settings_for(tmp_path)
        app = create_app(replace(running, media=replace(running.media, **limits)))
        with app.app_context(), TemporaryFile() as file:
            file.write(data)
            file.flush()
            return decoding.decode(file)

    return run


def run_alone(data, *, memory_mb, seconds=4):
    """The header that the program itself answers, its exit status, and how long it took."""
    command = [sys.executable, "-I", str(decoding._PROGRAM), pictures_kind(data)]
    command += ["50000000", str(memory_mb), str(seconds), "2048", "640", "240"]
    started = time.monotonic()
    with TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        ended = subprocess.run(command, stdin=file, capture_output=True, env={}, check=False)
    line = ended.stdout.partition(b"\n")[0]
    return json.loads(line) if line else {}, ended.returncode, time.monotonic() - started


def pictures_kind(data):
    return "PNG" if data.startswith(b"\x89PNG") else "JPEG"


def test_fifty_megapixels_stay_within_the_memory_that_is_allowed(decode):
    """The dearest that the header lets pass: 16 bits, four channels."""
    dear = pictures.png(8000, 6200, depth=16, colour=6, level=1)
    assert len(dear) < 10 * 2**20
    decoded = decode(dear)
    assert (decoded.width, decoded.height) == (2048, 1587)
    header, status, _ = run_alone(dear, memory_mb=1024)
    assert status == 0
    assert 200_000 < header["peak_kb"] < 1024 * 1024


def test_a_picture_that_needs_more_memory_than_allowed_is_refused(decode, soak):
    bomb = pictures.png(7000, 7000, colour=2, level=1)
    assert decode(bomb).width == 2048
    with pytest.raises(PhotoTooComplex):
        decode(bomb, decoder_memory_mb=128)
    header, _, seconds = run_alone(bomb, memory_mb=128)
    assert header.get("refused") == "too_complex"
    assert not soak or seconds < 2


def test_a_picture_that_takes_too_long_is_ended_by_its_processor_time(decode, soak):
    slow = pictures.slow_jpeg()
    assert len(slow) < 10 * 2**20
    started = time.monotonic()
    with pytest.raises(PhotoTooComplex):
        decode(slow, decoder_seconds=1)
    # A second of the processor, the rest for a busy neighbour. To its end it takes many times that.
    assert not soak or time.monotonic() - started < 6
    _, status, _ = run_alone(slow, memory_mb=1024, seconds=1)
    assert status < 0  # By a signal: nothing in the process can look away.


def spy(tmp_path, monkeypatch, code):
    """Put another program in the decoder's place; it sees what the decoder would."""
    program = tmp_path / "spy.py"
    program.write_text(code)
    monkeypatch.setattr(decoding, "_PROGRAM", program)


def test_a_decoder_that_hangs_is_killed(decode, tmp_path, monkeypatch, soak):
    spy(tmp_path, monkeypatch, "import os, time\nos.write(1, b'{}')\ntime.sleep(60)")
    started = time.monotonic()
    with pytest.raises(PhotoTooComplex):
        decode(pictures.small_jpeg(), decoder_seconds=1)
    took = time.monotonic() - started
    assert took > 1.5
    assert not soak or took < 4


def test_the_decoder_is_given_its_limits_two_files_and_nothing_else(decode, tmp_path, monkeypatch):
    monkeypatch.setenv("HOUQIN_SECRET_KEY", "a secret of the parent")
    code = """
import json, os, sys
facts = [sys.argv[1:], dict(os.environ), os.listdir("/proc/self/fd")]
facts += [os.getcwd(), sys.path, sys.flags.isolated]
open({out!r}, "w").write(json.dumps(facts))
"""
    out = tmp_path / "seen.json"
    spy(tmp_path, monkeypatch, code.replace("{out!r}", repr(str(out))))
    with pytest.raises(PhotoTooComplex):
        decode(pictures.small_jpeg(), decoder_memory_mb=777)
    arguments, environment, descriptors, folder, path, isolated = json.loads(out.read_text())
    assert arguments == ["JPEG", "50000000", "777", "4", "2048", "640", "240"]
    assert set(environment) <= {"MALLOC_ARENA_MAX", "LC_CTYPE"}
    assert len(descriptors) <= 4  # In, out, errors, and the listing itself.
    assert (folder, isolated) == ("/", 1)
    assert str(Path.cwd()) not in path


def test_the_decoder_imports_nothing_of_the_house():
    code = (
        "import runpy, sys; runpy.run_path(sys.argv[1]); print([m for m in sys.modules if m in sys.argv[2:]])"
    )
    house = ["backend", "flask", "sqlalchemy", "obstore"]
    ended = subprocess.run(
        [sys.executable, "-I", "-c", code, str(decoding._PROGRAM), *house], capture_output=True, check=True
    )
    assert ended.stdout.strip() == b"[]"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\n",
        b"[1]\n",
        b'{"width": 1, "height": 1, "lengths": [3, 3]}\nabcabc',
        b'{"width": 1, "height": 1, "lengths": [3, 3, 9]}\nabcabcabc',
        b'{"width": 1, "height": 1, "lengths": [3, 3, -1]}\nabcabcabc',
        b'{"width": 1, "height": 1, "lengths": "abc"}\nabcabcabc',
        b'{"width": 1, "height": 1, "lengths": [0, 0, 0]}\n',
        b'{"width": 99999, "height": 1, "lengths": [3, 3, 3]}\n\xff\xd8\xff\xff\xd8\xff\xff\xd8\xff',
        b'{"width": 1, "height": 1, "lengths": [3, 3, 3]}\nabcabcabc',
        b"x" * 5000,
    ],
)
def test_a_decoder_that_was_taken_over_is_not_believed(decode, tmp_path, monkeypatch, answer):
    spy(tmp_path, monkeypatch, f"import os\nos.write(1, {answer!r})")
    with pytest.raises(PhotoTooComplex):
        decode(pictures.small_jpeg())


def test_an_endless_answer_is_not_read(decode, tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "_MOST_BYTES", 1000)
    spy(tmp_path, monkeypatch, "import os\nos.write(1, b'{}' + b' ' * 1000)")
    with pytest.raises(PhotoTooComplex):
        decode(pictures.small_jpeg())


def test_a_header_that_lies_about_the_size_does_not_get_more_pixels_decoded(decode):
    with pytest.raises(TooManyPixels):
        decode(pictures.small_jpeg(), photo_pixels=3071)
    assert decode(pictures.small_jpeg(), photo_pixels=3072).width == 64
    heic = pictures.saved(pictures.corners(512, 512), "HEIF")
    lying = heic.replace(b"ispe\0\0\0\0\0\0\x02\0\0\0\x02\0", b"ispe\0\0\0\0\0\0\0\x40\0\0\0\x40")
    assert lying != heic
    with pytest.raises((PhotoBroken, TooManyPixels)):
        decode(lying, photo_pixels=100 * 100)


def test_a_long_thin_picture_keeps_a_pixel_of_width(decode):
    decoded = decode(pictures.saved(Image.new("RGB", (2, 9000)), "PNG"))
    assert (decoded.width, decoded.height) == (1, 2048)


def test_a_small_picture_is_not_enlarged(decode):
    decoded = decode(pictures.saved(Image.new("RGB", (300, 200)), "PNG"))
    sizes = {size: Image.open(io.BytesIO(jpeg)).size for size, jpeg in decoded.jpegs.items()}
    assert sizes == {Size.FULL: (300, 200), Size.MEDIUM: (300, 200), Size.THUMB: (240, 160)}


def test_colours_are_kept_as_their_profile_means_them(decode):
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = swapped.replace(b"rXYZ", b"----").replace(b"bXYZ", b"rXYZ").replace(b"----", b"bXYZ")
    sent = pictures.saved(Image.new("RGB", (64, 64), pictures.RED), "PNG", icc_profile=swapped)
    colour = pictures.corner_colours(decode(sent).jpegs[Size.FULL])[0]
    assert pictures.is_near(colour, pictures.BLUE), colour


def test_a_profile_that_does_not_fit_is_no_reason_to_refuse_a_picture(decode):
    laboratory = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (laboratory, b"nonsense", b""):
        sent = pictures.saved(Image.new("RGB", (64, 64), (120, 120, 120)), "PNG", icc_profile=profile)
        assert pictures.corner_colours(decode(sent).jpegs[Size.FULL])[0] == (120, 120, 120)
