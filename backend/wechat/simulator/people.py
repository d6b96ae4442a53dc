"""Who has a WeChat account in the simulated world."""

import base64
import hashlib
import hmac
import json
import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

# Of two worlds with equal staff numbers the openids are equal too: the demo binds accounts in advance.
_SALT = b"houqin wechat simulator"
_STAFF_NO = re.compile(r"\w{1,20}")


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a WeChat account; the bare number of staff if nothing else is known.

    `group` is shown as the role of a fixed account.
    """

    staff_no: str
    name: str = ""
    phone: str = ""
    department: str = ""
    title: str = ""
    group: str = ""

    @property
    def is_fixed(self) -> bool:
        """Whether this is one of the demo's fixed accounts with a role (9001, 9101, …)."""
        return self.staff_no.startswith("9")


def openid_of(appid: str, person: str) -> str:
    """The openid of a person (by staff number) at an app: 28 characters, always the same."""
    return _identifier(f"openid {appid} {person}")


def unionid_of(person: str) -> str:
    """The unionid of a person: the same at every app of the Open Platform account."""
    return _identifier(f"unionid {person}")


def userid_of(person: str) -> str:
    """The userid of a person (by staff number) in WeCom."""
    return f"u{person}"


def account_of(person: str) -> str:
    """The accountId of a person (by staff number) in 专有钉钉: nine digits."""
    digest = hmac.digest(_SALT, f"account {person}".encode(), hashlib.sha256)
    return str(10**8 + int.from_bytes(digest[:8]) % (9 * 10**8))


def people_file(data_dir: Path) -> Path:
    """Where the demo writes the people of a data folder."""
    return data_dir / "simulator" / "people.json"


def is_staff_no(text: str) -> bool:
    """Whether the text can name a person: up to 20 word characters."""
    return _STAFF_NO.fullmatch(text) is not None


@lru_cache(maxsize=50_000)
def _identifier(text: str) -> str:
    digest = hmac.digest(_SALT, text.encode(), hashlib.sha256)
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


class People:
    """The people of a JSON file, read again whenever the file changes. Safe to share between threads.

    The file is a list of objects with the fields of `Person`; whatever else they hold is ignored.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._version: tuple[int, int] | None = None
        self._by_number: dict[str, Person] = {}

    def get(self, staff_no: str) -> Person:
        """The person with this number; one without a name if the file does not know it."""
        return self._current().get(staff_no) or Person(staff_no)

    def search(self, text: str = "") -> list[Person]:
        """Everybody whose number, name, department, title or group contains the text; fixed ones first."""
        text = text.strip().lower()
        found = [person for person in self._current().values() if text in _searchable(person)]
        return sorted(found, key=lambda person: (not person.is_fixed, person.staff_no))

    def _current(self) -> dict[str, Person]:
        with self._lock:
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                self._version, self._by_number = None, {}
                return self._by_number
            version = (stat.st_mtime_ns, stat.st_size)
            if version != self._version:
                try:
                    rows = json.loads(self._path.read_bytes())
                    self._by_number = {person.staff_no: person for person in map(_person, rows)}
                    self._version = version
                except (ValueError, KeyError, TypeError):
                    pass  # Half written: what was read before holds until the file is whole.
            return self._by_number


def _searchable(person: Person) -> str:
    return " ".join((person.staff_no, person.name, person.department, person.title, person.group)).lower()


def _person(row: dict[str, Any]) -> Person:
    return Person(
        staff_no=str(row["staff_no"]),
        **{name: str(row.get(name) or "") for name in ("name", "phone", "department", "title", "group")},
    )
