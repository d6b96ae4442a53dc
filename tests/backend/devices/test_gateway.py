"""The gateway's parts: frames, what follows from them, the buffer, the configuration. No server."""

import json
import os
import subprocess
import sys
import termios
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.gateway import __main__ as gateway_main
from backend.devices.gateway import configuration
from backend.devices.gateway.buffer import Buffer, BufferInUse, Refusal
from backend.devices.gateway.clocks import BootInstant
from backend.devices.gateway.frames import Frame, FrameParser, FrameState, format_frame
from backend.devices.gateway.sources import SerialSource, SourceLost, open_source
from backend.devices.gateway.watching import BinWatch, Settling, TrayWatch

# Frames


def parsed(*pieces):
    parser = FrameParser()
    return [frame for piece in pieces for frame in parser.feed(piece)]


@pytest.mark.parametrize(
    ("line", "state", "grams", "is_net"),
    [
        (b"ST,GS,+0012.34kg", "ST", 12_340, False),
        (b"ST,NT,-0000.12kg", "ST", -120, True),
        (b"US,GS,+000.612kg", "US", 612, False),
        (b"ST,GS,+0000612 g", "ST", 612, False),
        (b"ST,GS,+00612.5 g", "ST", 613, False),
        (b"ST,GS,+  12.34kg", "ST", 12_340, False),
        (b"OL,GS,------kg", "OL", None, False),
        (b"OL,NT,+9999.99kg", "OL", None, True),
        (b"ST,GS,+00\x00ST,GS,+0012.34kg", "ST", 12_340, False),
    ],
)
def test_a_frame_is_read(line, state, grams, is_net):
    (frame,) = parsed(line + b"\r\n")
    assert (frame.state, frame.grams, frame.is_net) == (state, grams, is_net)


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"ST,GS,+012.34kg", b"ST,GS,+00012.34kg", b"ST,GS,0012.34kg", b"ST,GS,+0012.34lb"),
        *(b"ST,GS,+0012,34kg", b"ST,GS,+00.2.34kg", b"ST,XX,+0012.34kg", b"ST,GS,+0012.34kgx"),
        *(b"ST,GS,+......kg", b"ST,GS,+0012.34g"),
        *(b"XT,GS,+0012.34kg", b"ST,GS,+0012.34k", b"ST,GS,+0 12.34kg", b"\xff" * 500),
    ],
)  # fmt: skip
def test_what_is_no_frame_is_passed_over(line):
    good = b"ST,GS,+0001.00kg\r\n"
    assert [frame.grams for frame in parsed(line + b"\r\n" + good)] == [1000]


def test_a_frame_that_lost_a_character_is_not_another_weight():
    frame = b"ST,GS,+0012.34kg\r\n"
    spoilt = [frame[:at] + frame[at + 1 :] for at in range(len(frame) - 2)]
    assert parsed(*spoilt) == []


weights = st.integers(-9999, 99_999)
plans = st.lists(
    st.tuples(st.sampled_from(["ST", "US"]), weights, st.binary(max_size=30)), min_size=1, max_size=20
)


@given(
    plan=plans,
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=50),
    ends=st.sampled_from(["\r\n", "\n"]),
)
def test_frames_come_out_whole_whatever_stands_between_and_wherever_they_are_cut(plan, cuts, ends):
    """Noise on lines of its own or before a frame, which itself holds no frame, changes nothing."""
    stream, planted = b"", []
    for state, grams, noise in plan:
        noise = noise.replace(b"kg", b"").replace(b"OL", b"")  # Noise that reads as a frame is a frame.
        stream += noise + format_frame(FrameState(state), grams, decimals=3).replace(b"\r\n", ends.encode())
        planted.append((state, grams))
    pieces, at, number = [], 0, 0
    while at < len(stream):
        size = cuts[number % len(cuts)]
        pieces.append(stream[at : at + size])
        at, number = at + size, number + 1
    assert [(frame.state, frame.grams) for frame in parsed(*pieces)] == planted


@given(st.binary(max_size=2000))
def test_no_noise_breaks_the_parser_or_makes_it_hoard(noise):
    parser = FrameParser()
    parser.feed(noise)
    assert len(parser._rest) <= 64
    assert [frame.grams for frame in parser.feed(b"\r\nST,GS,+0001.00kg\r\n")][-1] == 1000


# From readings to events


def frames(*readings):
    """`612` three times at rest, `"~600"` once in motion, `"OL"` overloaded."""
    for reading in readings:
        if reading == "OL":
            yield Frame(FrameState.OVERLOAD, None, False, "OL")
        elif isinstance(reading, str):
            yield Frame(FrameState.MOVING, int(reading[1:]), False, reading)
        else:
            yield from [Frame(FrameState.STABLE, reading, False, str(reading))] * 3


def told(watch, *readings, now=0.0):
    return [event for frame in frames(*readings) for event in watch.feed(frame, now).events]


def brief(events):
    return [(event["kind"], event.get("gross_g"), event.get("tare_g")) for event in events]


def bin_watch(state=None, bin_tare_g=0):
    return BinWatch("B1", bin_tare_g, state or {}, Settling(3))


def tray_watch(state=None, has_reader=False, tare_g=480):
    return TrayWatch(tare_g, has_reader, state or {}, Settling(3))


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ((0, "~300", 300, 300, "~900", 812), [("bin_delta", 300, 0), ("bin_delta", 812, 300)]),
        ((0, 4), []),
        ((0, 4, 7), [("bin_delta", 7, 0)]),  # Small gains add up.
        ((0, "~500", "~20", 0), []),  # A hand that leans on the bin never comes to rest.
        ((1000,), []),  # What it held before anybody looked is not known.
        (
            (0, 2000, "~900", 100, 350),
            [("bin_delta", 2000, 0), ("bin_empty", 100, None), ("bin_delta", 350, 100)],
        ),
        # Something was taken out.
        ((0, 2000, 1900, 1905), [("bin_delta", 2000, 0), ("bin_delta", 1905, 1900)]),
        ((0, 2000, "OL", "OL", 2000), [("bin_delta", 2000, 0), ("bin_delta", None, None)]),
        ((-3, 20), [("bin_delta", 23, 0)]),
    ],
)  # fmt: skip
def test_what_a_bin_gains_is_an_event(readings, expected):
    assert brief(told(bin_watch(), *readings)) == expected


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        (
            (1500, 4500, 0, 1500, 1800),
            [("bin_delta", 4500, 1500), ("bin_empty", 1500, None), ("bin_delta", 1800, 1500)],
        ),
        ((1500, 4500, 0, 4500), [("bin_delta", 4500, 1500)]),  # Only lifted.
        ((1500, 4500, 0, 4800), [("bin_delta", 4500, 1500), ("bin_delta", 4800, 4500)]),
        ((0, 1500, 1600), [("bin_delta", 1600, 1500)]),  # No bin yet.
    ],
)  # fmt: skip
def test_a_bin_that_is_taken_away_comes_back_empty_or_was_only_lifted(readings, expected):
    assert brief(told(bin_watch(bin_tare_g=1500), *readings)) == expected


def test_what_a_bin_gained_while_the_gateway_was_down_is_seen_when_it_starts():
    watch = bin_watch()
    told(watch, 0, 500)
    again = bin_watch(json.loads(json.dumps(watch.state)))
    assert told(again, 500) == []
    assert brief(told(bin_watch(watch.state), 700)) == [("bin_delta", 700, 500)]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ((0, "~300", 612, 612, "~300", 0, 500), [612, 500]),
        ((0, 612, "~20", 612, 0), [612, 612]),  # Two trays of one weight.
        ((0, 612, 640, 0), [612]),  # Somebody leans on it.
        ((0, "~612", "~3", 0), []),  # It never came to rest.
        ((0, 49), []),
        ((0, "OL", "OL", 0, 500), [None, 500]),
    ],
)
def test_a_returned_tray_is_weighed_once(readings, expected):
    events = told(tray_watch(), *readings)
    assert [event.get("gross_g") for event in events] == expected
    assert {event["kind"] for event in events} <= {"tray_return"}
    assert all(event["tare_g"] == 480 for event in events if "gross_g" in event)


def test_a_tray_that_lies_there_when_the_gateway_starts_again_is_known_by_its_weight():
    watch = tray_watch()
    told(watch, 0, 612)
    assert told(tray_watch(watch.state), 612, "~20", 0) == []
    assert [event["gross_g"] for event in told(tray_watch(watch.state), 700)] == [700]


def test_an_empty_platform_comes_to_rest_too_so_that_its_lamp_goes_on():
    watch = tray_watch()
    steps = [watch.feed(frame, 0) for frame in frames("~20", 0, "~612", 612, "~3", 0)]
    assert [step.is_settled for step in steps].count(True) == 3


def test_a_net_reading_has_no_tare():
    watch = tray_watch()
    (event,) = [
        event
        for _ in range(3)
        for event in watch.feed(Frame(FrameState.STABLE, 132, True, "ST,NT"), 0).events
    ]
    assert (event["gross_g"], event["tare_g"]) == (132, 0)


def test_the_code_of_a_tray_may_be_read_before_it_is_weighed_or_soon_after():
    watch = tray_watch(has_reader=True)
    watch.read_code("T-1", 0)
    assert [event["tray"] for event in told(watch, 612, now=10)] == ["T-1"]
    assert told(watch, "~0", 500, now=20) == []
    watch.read_code("T-2", 21)
    assert [event["tray"] for event in told(watch, "~500", now=22)] == ["T-2"]
    told(watch, "~0", now=30)
    watch.read_code("T-3", 31)
    assert ["tray" in event for event in told(watch, 500, now=60)] == []  # Too old: it waits for another.
    assert ["tray" in event for event in told(watch, "~500", now=64)] == [False]
    told(watch, "~0", 450, now=70)
    assert ["tray" in event for event in told(watch, "~0", now=71)] == [False]  # It is gone already.


# The buffer


@pytest.fixture
def buffer(tmp_path):
    opened = Buffer(tmp_path / "events.db")
    yield opened
    opened.close()


def at(uptime, boot="b1"):
    return BootInstant(boot, uptime)


def test_events_are_numbered_for_ever_and_leave_when_they_are_answered_for(buffer):
    buffer.record("s", {"grams": 1}, [{"kind": "a"}, {"kind": "b"}], at(1))
    buffer.number_after(40)
    buffer.number_after(0)  # Decided once.
    first, second = buffer.batch(10, 10_000)
    assert (first.seq, second.seq) == (41, 42)
    buffer.settle([first], {second.id: Refusal("conflict", "c", "m")})
    assert (buffer.waiting(), buffer.set_aside_count()) == (0, 1)
    buffer.record("s", {"grams": 2}, [{"kind": "c"}], at(2))
    assert [event.seq for event in buffer.batch(10, 10_000)] == [43]
    assert buffer.state_of("s") == {"grams": 2}
    assert buffer.state_of("other") == {}


def test_what_was_rejected_can_be_sent_again_under_its_number(buffer):
    buffer.number_after(0)
    buffer.record("s", None, [{"kind": "a"}, {"kind": "b"}], at(1))
    first, second = buffer.batch(10, 10_000)
    buffer.settle([], {first.id: Refusal("rejected", "c", "m"), second.id: Refusal("conflict", "c", "m")})
    assert buffer.requeue() == 1
    (again,) = buffer.batch(10, 10_000)
    assert (again.seq, again.payload) == (first.seq, first.payload)


def test_an_instant_is_the_servers_as_soon_as_its_clock_was_known_in_that_run(buffer):
    buffer.number_after(0)
    buffer.record("s", None, [{}], at(10, "known"))
    buffer.record("s", None, [{}], at(10, "unknown"))
    buffer.keep_epoch("known", 1_700_000_000.0)
    known, unknown = (event.payload["captured_at"] for event in buffer.batch(10, 10_000))
    assert known == "2023-11-14T22:13:30.000+00:00"
    assert unknown > "2026"  # Its own clock is the best that there is.
    buffer.keep_epoch("known", 1_800_000_000.0)
    assert [event.payload["captured_at"] for event in buffer.batch(10, 10_000)] == [known, unknown]


def test_a_batch_has_no_more_events_and_bytes_than_are_asked_for(buffer):
    buffer.number_after(0)
    buffer.record("s", None, [{"reason": "x" * 1000}] * 10, at(1))
    assert len(buffer.batch(3, 10_000)) == 3
    assert len(buffer.batch(10, 4_000)) == 3
    assert len(buffer.batch(10, 1)) == 1


def test_one_process_at_a_time_has_the_buffer(buffer, tmp_path):
    with pytest.raises(BufferInUse):
        Buffer(tmp_path / "events.db")


def test_it_is_on_the_disk_before_it_counts(buffer):
    assert buffer._connection.execute("PRAGMA synchronous").fetchone() == (2,)


# Ports


def test_a_serial_port_is_read_raw(tmp_path):
    master, slave = os.openpty()
    try:
        source = open_source(os.ttyname(slave), 9600)
        assert isinstance(source, SerialSource)
        os.write(master, b"ST,GS,+0012.34kg\r\n")
        assert source.read() == b"ST,GS,+0012.34kg\r\n"
        source.write(b"OK\r\n")
        assert os.read(master, 10) == b"OK\r\n"
        assert termios.tcgetattr(slave)[4] == termios.B9600
        assert source.read() == b""
        source.close()
    finally:
        os.close(master)
        os.close(slave)
    with pytest.raises(SourceLost):
        open_source(str(tmp_path / "none"), 9600)
    with pytest.raises(SourceLost):
        open_source("tcp://127.0.0.1:1", 9600)


# The program


GOOD = """
[server]
url = "https://canteen.example"
device = "WG-1"
secret = "s"
[[scale]]
name = "a"
address = "tcp://127.0.0.1:4001"
mode = "tray_return"
tare_g = 480
"""


def check(tmp_path, text):
    path = tmp_path / "gateway.toml"
    path.write_text(text)
    return gateway_main.main(["--config", str(path), "--check"])


def test_a_configuration_is_checked(tmp_path, capsys):
    assert check(tmp_path, GOOD) == 0
    (tmp_path / "secret").write_text("from a file\n")
    text = GOOD.replace('secret = "s"', 'secret_file = "secret"')
    assert check(tmp_path, text) == 0
    assert configuration.read(tmp_path / "gateway.toml").server.secret == "from a file"
    assert configuration.read(tmp_path / "gateway.toml").buffer == tmp_path / "gateway.db"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('device = "WG-1"', "", "缺少 device"),
        ('mode = "tray_return"', 'mode = "pan"', "mode 应为"),
        ("tare_g = 480", "", "tare_g"),
        ("tare_g = 480", 'tare_g = "480"', "类型不对"),
        ("tare_g = 480", "tare_g = 480\nbaud = 1", "串口速率"),
        ('mode = "tray_return"', 'mode = "bin"', "bin"),
        ('url = "https', 'url = "ftp', "https"),
        ("[server]", "[server", "无法读取"),
        ("tare_g = 480", "weight = 1", "不认识 weight"),
    ],
)
def test_a_wrong_configuration_is_explained(tmp_path, capsys, old, new, said):
    assert check(tmp_path, GOOD.replace(old, new, 1)) == 2
    assert said in capsys.readouterr().err


def test_the_gateway_needs_neither_flask_nor_the_database():
    code = (
        "import sys, backend.devices.gateway.__main__;"
        "sys.exit(bool({'flask', 'sqlalchemy', 'marshmallow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_frame_of_the_simulator_is_a_frame():
    assert format_frame(FrameState.STABLE, 12_340) == b"ST,GS,+0012.34kg\r\n"
    assert format_frame(FrameState.MOVING, -612, decimals=3) == b"US,GS,-000.612kg\r\n"


def test_threads_may_record_while_another_sends(buffer):
    buffer.number_after(0)

    def record(name):
        for number in range(20):
            buffer.record(name, {"grams": number}, [{"kind": name}], at(number))

    threads = [threading.Thread(target=record, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    sent = []
    while any(thread.is_alive() for thread in threads) or buffer.waiting():
        batch = buffer.batch(7, 10_000)
        sent += [event.seq for event in batch]
        buffer.settle(batch, {})
    for thread in threads:
        thread.join()
    assert sent == list(range(1, 61))
