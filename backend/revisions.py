"""In-process revision numbers: how a cache above learns that a module below has changed something."""

from collections import Counter

_revisions: Counter[str] = Counter()


def current(topic: str) -> int:
    """The revision of a topic as this process knows it."""
    return _revisions[topic]


def bump(topic: str) -> None:
    """Say that the topic has changed. Call it from an on_commit hook."""
    _revisions[topic] += 1
