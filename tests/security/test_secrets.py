"""No secret lies in the tree: every text file is searched for what looks like one.

What is meant to be there is named below, with the reason.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What .gitignore leaves out: made by builds and runs, or installed.
MADE = {
    *(".git", ".venv", ".hypothesis", "var", "node_modules", "dist", "generated", "vendor", "build"),
    *("artefacts", "__pycache__"),
}
LARGEST = 2_000_000
PATTERNS = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "AWS key": r"AKIA[0-9A-Z]{16}\b",
    "阿里云 key": r"LTAI[0-9A-Za-z]{12,24}\b",
    "腾讯云 key": r"AKID[0-9A-Za-z]{32}\b",
    "Google key": r"AIza[0-9A-Za-z_-]{35}",
    "GitHub token": r"gh[pousr]_[A-Za-z0-9]{30,}",
    "GitHub key": r"github_pat_[A-Za-z0-9_]{30,}",
    "Slack token": r"xox[abprs]-[A-Za-z0-9-]{10,}",
    "npm token": r"npm_[A-Za-z0-9]{36}",
    "PyPI token": r"pypi-AgEI[A-Za-z0-9_-]{20,}",
    "JWT": r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}",
    "address with a password": r"://[^\s/:@\"'<>{}]+:[^\s/@\"'<>{}$]{3,}@",
}
# A name that promises a secret, given a value at once. In tests such values are made up, and many.
PROMISES = ("secret", "password", "passwd", "token", "api_key", "apikey", "aes_key", "aeskey")
ASSIGNED = re.compile(
    r"[a-z_]{0,20}[\"']?\s{0,3}(?::\s{0,3}[a-z]{1,20}\s{0,3})?[=:]\s{0,3}[fb]?[\"']([^\"'\s{}$<>…]{12,})[\"']",
    re.I,
)
MEANT = {
    ("docs/operations.md", "://user:" + "password@"): "how an address is written",
    ("backend/config.py", "demoPushToken"): "the simulator's, refused in production",
    (
        "backend/flows/demo_accounts.py",
        "HOUQINTONGDEMOSECRETFORVISITORS2",
    ): "the demo's second factor, on show",
    ("backend/flows/demo/scales.py", "houqin-demo-device-secret-0123456789abcdef"): "the demo's scale",
    ("benchmarks/growth.py", "bench-console-0123456789abcdef0123456789"): "a database of the benchmark's own",
}
# What only looks like one: the name of a thing, a path, a key of the phone's storage, a sentence.
NAMES = re.compile(
    r"[a-z_]+|[a-z]+([./-][a-z_-]+)+(\.json)?|/[a-z-]+(/[a-z-]+)*(\.json)?|.*[\u4e00-\u9fff].*|__Host-.*"
)


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the tree."""
    pending = [ROOT]
    while pending:
        for path in sorted(pending.pop().iterdir()):
            if path.name in MADE or path.name.endswith((".egg-info", "_cache")) or path.is_symlink():
                continue
            if path.is_dir():
                pending.append(path)
            elif path.is_file() and path.stat().st_size < LARGEST:
                try:
                    yield path.relative_to(ROOT).as_posix(), path.read_text()
                except UnicodeDecodeError:
                    continue


def found_in(name: str, text: str) -> list[str]:
    """What looks like a secret in a file, and is not meant to be there."""
    is_test = name.startswith("tests/")
    hits = [(kind, each[0]) for kind, pattern in PATTERNS.items() for each in re.finditer(pattern, text)]
    if is_test:  # Of databases that are not there.
        hits = [(kind, value) for kind, value in hits if not value.startswith(("://nobody:", "://somebody:"))]
    else:
        values = assigned_in(text)
        hits += [("secret", value) for value in values if not NAMES.fullmatch(value)]
    real = [(kind, value) for kind, value in hits if "CHANGE-ME" not in value and (name, value) not in MEANT]
    return [f"{name}: {kind} {value[:20]}…" for kind, value in real]


def assigned_in(text: str) -> Iterator[str]:
    """The values that names which promise a secret are given."""
    lowered = text.lower()
    for word in PROMISES:
        at = lowered.find(word)
        while at >= 0:
            found = ASSIGNED.match(text, at + len(word))
            if found is not None:
                yield found[1]
            at = lowered.find(word, at + 1)


def test_no_secret_lies_in_the_tree():
    found = [hit for name, text in texts() for hit in found_in(name, text)]
    assert found == []


def test_what_is_meant_to_be_there_still_is():
    """Else the list would let in what comes later."""
    gone = [key for key in MEANT if key[1] not in (ROOT / key[0]).read_text()]
    assert gone == []


@pytest.mark.parametrize(
    "secret",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "LTAI" + "5tQ1w2E3r4T5y6U7",
        "ghp_" + "a1B2" * 9,
        "xoxb-" + "1234567890-abc",
        "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0",
        "postgresql://houqin:" + "Tr0ub4dor@db.internal/houqin",
        "WECHAT_SECRET" + '="0123456789abcdef0123456789abcdef"',
        "password: " + "'Zhengque@2026'",
        'api_key: str = "' + 'sk-1234567890abcdef"',
    ],
)
def test_each_kind_would_be_found(secret):
    assert found_in("backend/somewhere.py", f"x = 1\n{secret}\n")
