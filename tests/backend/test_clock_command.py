"""`flask clock due`: the clock alone, on the command line."""

import pytest
from flask import Flask

A, B = "09:00-17:00", "08:30-12:00,14:00-17:30"


def said(app: Flask, *words: str):
    """What the command says."""
    return app.test_cli_runner().invoke(args=["clock", "due", *words])


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--segments", A, "--start", "2026-09-18T16:00+08:00", "--minutes", "240"),
            "2026-09-20T12:00:00+08:00",
        ),
        (("--segments", A, "--start", "2026-09-18T08:00Z", "--minutes", "240"), "2026-09-20T12:00:00+08:00"),
        (
            ("--segments", B, "--start", "2026-11-16T11:30+08:00", "--minutes", "60"),
            "2026-11-16T14:30:00+08:00",
        ),
        (("--start", "2026-11-16T11:30+08:00", "--minutes", "60"), "2026-11-16T14:30:00+08:00"),
        (
            ("--segments", A, "--start", "2026-09-28T10:00+08:00", "--working-days", "5"),
            "2026-10-10T17:00:00+08:00",
        ),
        (("--start", "2026-10-03T23:30+08:00", "--minutes", "120", "--natural"), "2026-10-04T01:30:00+08:00"),
        (
            (
                "--segments",
                A,
                "--start",
                "2026-09-30T14:00+08:00",
                "--minutes",
                "240",
                "--hold",
                "2026-09-30T15:00+08:00/2026-09-30T16:00+08:00",
                "--hold",
                "2026-09-30T16:00+08:00/2026-10-08T10:00+08:00",
            ),
            "2026-10-08T13:00:00+08:00",
        ),
    ],
)
def test_the_due_is_printed(app: Flask, words, expected):
    result = said(app, *words)

    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{expected}\n", "")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_provisional_due_says_so_beside_it(app: Flask):
    result = said(app, "--start", "2026-12-31T16:00+08:00", "--minutes", "240")

    assert (result.exit_code, result.stdout) == (0, "2027-01-01T11:00:00+08:00\n")
    assert "暂定" in result.stderr


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ((), 2, "--start"),
        (("--start", "2026-09-18T16:00+08:00"), 2, "--minutes 或 --working-days"),
        (("--start", "2026-09-18T16:00+08:00", "--minutes", "1", "--working-days", "1"), 2, "之一"),
        (("--start", "2026-09-18T16:00", "--minutes", "1"), 2, "时区"),
        (("--start", "昨天", "--minutes", "1"), 2, "不是时间"),
        (("--start", "2026-09-18T16:00+08:00", "--minutes", "0"), 2, "整数"),
        (("--start", "2026-09-18T16:00+08:00", "--minutes", "一"), 2, "整数"),
        (("--start", "2026-09-18T16:00+08:00", "--working-days", "1", "--natural"), 2, "同用"),
        (("--start", "2026-09-18T16:00+08:00", "--minutes", "1", "--segments", "9-17"), 2, "不是时段"),
        (("--start", "2026-09-18T16:00+08:00", "--minutes", "1", "--segments", "17:00-09:00"), 1, "时段有误"),
        (
            ("--start", "2026-09-18T16:00+08:00", "--minutes", "1", "--hold", "2026-09-18T16:00+08:00"),
            2,
            "应为",
        ),
        (
            (
                "--start",
                "2026-09-18T16:00+08:00",
                "--minutes",
                "1",
                "--hold",
                "2026-09-18T17:00+08:00/2026-09-18T16:00+08:00",
            ),
            2,
            "早于",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(app: Flask, words, status, message):
    result = said(app, *words)

    assert result.exit_code == status
    assert message in result.stderr
    assert result.stdout == ""
