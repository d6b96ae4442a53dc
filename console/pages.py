"""What every page has in common."""

from flask import Response

# Pictures within a style sheet (data:) are drawn by Swagger UI's buttons.
_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def protect(response: Response) -> Response:
    """Let the page load only what this server gives, and be shown in no foreign frame."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Frame-Options"] = "DENY"
    return response
