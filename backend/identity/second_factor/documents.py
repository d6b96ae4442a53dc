"""The second factor as a picture."""

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code as one inline SVG element without styles, so that a strict CSP lets it be.

    It has a viewBox and no size: it takes the size of where it stands.
    """
    drawn = io.BytesIO()
    segno.make(text, error="m").save(
        drawn, kind="svg", xmldecl=False, nl=False, omitsize=True, light="#fff", svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()
