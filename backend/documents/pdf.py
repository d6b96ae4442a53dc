"""HTML templates as PDF, by WeasyPrint, without asking any other host."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from backend import clock
from backend.config import settings
from backend.db import refuse_within_a_unit
from backend.documents.environment import ENVIRONMENT

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcher

PICTURE = "picture:"


class OutsideRefused(ValueError):
    """A template named something that is neither inline data nor a picture handed in. A fault of ours."""


def render(
    template: str, context: Mapping[str, Any], *, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """A PDF of a template that extends `document.html`.

    The context must hold `title`; it may hold `number` (发文字号 or the number of a list) and `printed_by`
    (a name). `organisation` and `printed_at` are given by us, unless it holds them. `pictures` are the
    images that the template may name as `picture:KEY`, besides `data:`; any other address raises
    OutsideRefused. Raises RuntimeError within an open unit of work: rendering takes tenths of a second.
    """
    refuse_within_a_unit("rendering a PDF")
    given = {"organisation": settings().organisation, "printed_at": clock.now(), **context}
    return _print(ENVIRONMENT.get_template(template).render(given), pictures or {})


def _print(html: str, pictures: Mapping[str, bytes]) -> bytes:
    # Here, because a machine without its system libraries must still start; `flask doctor` names them.
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    refused: list[str] = []
    try:
        printed = HTML(string=html, url_fetcher=_fetcher(pictures, refused)).write_pdf(
            presentational_hints=True
        )
    except FatalURLFetchingError as error:
        raise OutsideRefused(*refused) from error
    if refused:  # Within an SVG the library goes on without the image.
        raise OutsideRefused(*refused)
    return bytes(printed)


def _fetcher(pictures: Mapping[str, bytes], refused: list[str]) -> "URLFetcher":
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OfflineFetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint ships no types.
        """Inline data and the pictures handed in; whatever else a template names stops the rendering."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            found = pictures.get(url.removeprefix(PICTURE)) if url.startswith(PICTURE) else None
            if found is None:
                refused.append(url)
                raise FatalURLFetchingError(f"a document may not load {url}")
            return URLFetcherResponse(url, found)

    return OfflineFetcher(allowed_protocols=["data"])
