"""Passwords in tests: argon2 with the parameters of production, asked each thing once in a process.

It takes a tenth of a second on purpose, and hundreds of tests log in with the same few passwords. Hashes are
argon2's own, and those that one test is given differ by their salts; the next test is given the same ones.
"""

from collections import Counter

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from backend.identity.passwords import hashing


class RememberingHasher:
    """What the application uses of a PasswordHasher."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._hashes: dict[tuple[str, int], str] = {}
        self._verified: dict[tuple[str, str], bool] = {}
        self._given: Counter[str] = Counter()

    def begin_test(self) -> None:
        """Give the hashes again that were given before."""
        self._given.clear()

    def hash(self, password: str) -> str:
        """A hash that this test was not given before."""
        self._given[password] += 1
        key = (password, self._given[password])
        if key not in self._hashes:
            self._hashes[key] = self._hasher.hash(password)
            self._verified[self._hashes[key], password] = True
        return self._hashes[key]

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether the password belongs to the hash; raises as the real one does."""
        key = (password_hash, password)
        if key not in self._verified:
            try:
                self._verified[key] = self._hasher.verify(password_hash, password)
            except VerifyMismatchError:
                self._verified[key] = False
        if not self._verified[key]:
            raise VerifyMismatchError
        return True

    def check_needs_rehash(self, password_hash: str) -> bool:
        """Whether the hash was made with other parameters."""
        return self._hasher.check_needs_rehash(password_hash)


HASHER = RememberingHasher(hashing._HASHER)


def install() -> None:
    """Let this process of tests remember."""
    hashing._HASHER = HASHER
