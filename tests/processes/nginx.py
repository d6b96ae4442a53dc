"""nginx with the file that is deployed: only ports, paths, addresses and the host's name are replaced."""

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from benchmarks.servers import free_port

SITE: Final = Path(__file__).parents[2] / "deploy" / "nginx" / "houqin.conf"
# Debian's own: the site has to get along with it.
_STOCK = Path("/etc/nginx/nginx.conf")
HOST = "houqin.test"
_NODES = ("server 10.0.0.11:8000", "server 10.0.0.12:8000")


class Nginx:
    """One nginx in a folder of its own, before the nodes at `ports` (two, or one that stands for both).

    `changes` are further replacements in the site, each of which has to find what it replaces.
    """

    def __init__(self, folder: Path, ports: Sequence[int], changes: Mapping[str, str] | None = None) -> None:
        self.folder, self._ports, self._changes = folder, ports, changes or {}
        self.port, self.plain_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, with TLS."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def plain_url(self) -> str:
        """Its address without TLS, which only leads to the other one."""
        return f"http://127.0.0.1:{self.plain_port}"

    @property
    def certificates(self) -> ssl.SSLContext:
        """What a client must trust to believe it."""
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))

    @property
    def log(self) -> str:
        """Its errors so far."""
        paths = (self.folder / "error.log", self.folder / "houqin-error.log")
        return "".join(path.read_text(errors="replace") for path in paths if path.exists())

    @property
    def requests(self) -> str:
        """The log of requests, a JSON object a line."""
        path = self.folder / "houqin.log"
        return path.read_text() if path.exists() else ""

    def write(self) -> Path:
        """Its configuration, on disk; the path of the main file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _make_certificate(self.folder)
        (self.folder / "houqin.conf").write_text(_replaced(SITE.read_text(), self._site_changes()))
        main = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        changes = {
            # As whoever runs the tests: nobody else may look into this folder.
            "user www-data;": user,
            "worker_processes auto;": "worker_processes 2;\ndaemon off;",
            "pid /run/nginx.pid;": f"pid {self.folder}/pid;",
            "error_log /var/log/nginx/error.log;": f"error_log {self.folder}/error.log;",
            "access_log /var/log/nginx/access.log;": f"access_log off;\n{self._folders()}",
            "include /etc/nginx/conf.d/*.conf;": f"include {self.folder}/houqin.conf;",
            "include /etc/nginx/sites-enabled/*;": "",
            "include /etc/nginx/modules-enabled/*.conf;": "",
        }
        main.write_text(_replaced(_STOCK.read_text(), changes))
        return main

    def check(self) -> str:
        """What `nginx -t` says of it; fails if that is no approval."""
        done = subprocess.run(
            [_program(), "-t", "-c", str(self.write()), "-e", str(self.folder / "error.log")],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self) -> None:
        """Start it, and wait until it answers."""
        main = self.write()
        self._process = subprocess.Popen(
            [_program(), "-c", str(main), "-e", str(self.folder / "error.log")],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        end = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.05)

    def kill(self) -> None:
        """End it at once, workers and all; harmless if it is not running."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, 9)
            self._process.wait(timeout=30)

    def _answers(self) -> bool:
        try:
            return httpx.get(self.plain_url, timeout=5, trust_env=False).status_code == 301
        except httpx.HTTPError:
            return False

    def _folders(self) -> str:
        names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        return "\n".join(f"{name}_temp_path {self.folder}/{name};" for name in names)

    def _site_changes(self) -> dict[str, str]:
        first, second = (self._ports * 2)[:2]
        return {
            _NODES[0]: f"server 127.0.0.1:{first}",
            # The same node twice would count its failures twice.
            _NODES[1]: f"server 127.0.0.1:{second}" + (" down" if first == second else ""),
            "listen 80 ": f"listen 127.0.0.1:{self.plain_port} ",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "server_name houqin.example.gov.cn;": f"server_name {HOST};",
            "/etc/houqin/tls/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/",
            "/var/lib/nginx/houqin": f"{self.folder}/cache",
            **self._changes,
        }


def _program() -> str:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    assert found, "nginx is missing: make packages-test"
    return found


def _replaced(text: str, changes: Mapping[str, str]) -> str:
    for old, new in changes.items():
        assert old in text, f"no longer there: {old}"
        text = text.replace(old, new)
    return text


def _make_certificate(folder: Path) -> None:
    """A certificate that is its own authority, for the loopback and the name."""
    if (folder / "key.pem").exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(IPv4Address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    kind = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(kind))
    private = key.private_bytes(kind, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
