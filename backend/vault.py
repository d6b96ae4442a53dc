"""Personal data at rest: authenticated encryption with a keyed hash beside it, to find equal values.

The cipher is a deployment setting: AES-256-GCM, or SM4-GCM with HMAC-SM3 where 密评 asks for the national
algorithms. The first byte of a ciphertext says which, so that both can be read after a change.
"""

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.config import CipherName, settings

_NONCE = 12
_TAG = 16
_MARKS = {CipherName.AES: b"\x01", CipherName.SM4: b"\x02"}
_NAMES = {mark: name for name, mark in _MARKS.items()}


def encrypt(plain: str) -> bytes:
    """The text encrypted with the cipher of this deployment."""
    name, nonce = settings().cipher, os.urandom(_NONCE)
    encryptor = Cipher(_algorithm(name), modes.GCM(nonce)).encryptor()
    return _MARKS[name] + nonce + encryptor.update(plain.encode()) + encryptor.finalize() + encryptor.tag


def decrypt(cipher: bytes) -> str:
    """The text of `encrypt`. Raises ValueError if it was made with another key or tampered with."""
    name = _NAMES.get(cipher[:1])
    if name is None or len(cipher) < 1 + _NONCE + _TAG:
        raise ValueError("not a ciphertext of this vault")
    nonce, body, tag = cipher[1 : 1 + _NONCE], cipher[1 + _NONCE : -_TAG], cipher[-_TAG:]
    decryptor = Cipher(_algorithm(name), modes.GCM(nonce, tag)).decryptor()
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise ValueError("the ciphertext was made with another key, or is damaged") from error


def keyed_hash(text: str) -> bytes:
    """32 bytes that are equal for equal texts and tell nothing without the key."""
    algorithm = hashes.SM3() if settings().cipher is CipherName.SM4 else hashes.SHA256()
    return _hmac(_key(settings().secret_key, "hash", 32), algorithm, text.encode())


def sign(purpose: str, message: bytes) -> str:
    """A URL-safe signature of a message for one purpose."""
    digest = _hmac(_key(settings().secret_key, f"sign {purpose}", 32), hashes.SHA256(), message)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _algorithm(name: CipherName) -> BlockCipherAlgorithm:
    secret = settings().secret_key
    if name is CipherName.SM4:
        return algorithms.SM4(_key(secret, "cipher sm4", 16))
    return algorithms.AES256(_key(secret, "cipher aes", 32))


def _hmac(key: bytes, algorithm: hashes.HashAlgorithm, message: bytes) -> bytes:
    mac = hmac.HMAC(key, algorithm)
    mac.update(message)
    return mac.finalize()


@lru_cache
def _key(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=f"houqin {purpose}".encode()).derive(secret)
