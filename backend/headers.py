"""What every answer tells the browser: pages say what they may load, everything else may load nothing.

OWASP Secure Headers, as far as they mean something here. What a page, a photo or a static file has said
already stays. No `Cross-Origin-Resource-Policy`: the mini-program shows photos within a page of WeChat's.
"""

from typing import Final

from flask import Response

from backend.config import Mode, Settings

_USUAL: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    # Where somebody is, is asked for a report alone; a photo comes through the system's own chooser.
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    # What somebody may see is kept by no cache unless its view says for how long.
    "Cache-Control": "no-store",
}
# A year; without subdomains, which are not ours to decide about.
_OVER_TLS: Final = {**_USUAL, "Strict-Transport-Security": "max-age=31536000"}
_LOWER: Final = {name: name.lower() for name in _OVER_TLS}


def complete(response: Response, running: Settings) -> None:
    """Add what the answer does not say by itself."""
    said = {name.lower() for name, _ in response.headers}
    is_over_tls = running.mode is Mode.PRODUCTION and running.public_url.startswith("https://")
    for name, value in (_OVER_TLS if is_over_tls else _USUAL).items():
        if _LOWER[name] not in said:
            response.headers.add(name, value)
