"""The Jinja environment of documents. It knows no Flask; a page's environment may share its templates."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateNotFound

from backend import clock
from backend.dates import full_day_text
from backend.documents import axes, charts

_OURS = "backend.documents"


class SliceLoader(BaseLoader):
    """Finds `package.of.a.slice/name.html` in the folder `templates` beside that slice.

    A bare name is looked for beside this module.
    """

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The text of a template. Raises TemplateNotFound."""
        package, _, name = template.rpartition("/")
        try:
            return _of(package or _OURS).get_source(environment, name)
        except (ImportError, ValueError, TemplateNotFound) as error:
            raise TemplateNotFound(template) from error

    def list_templates(self) -> list[str]:
        """Those that every slice may extend or import."""
        return _of(_OURS).list_templates()


@cache
def _of(package: str) -> PackageLoader:
    return PackageLoader(package, "templates")


def share(environment: Environment) -> None:
    """Let another environment, e.g. that of the pages, find these templates after its own."""
    own = [environment.loader] if environment.loader is not None else []
    environment.loader = ChoiceLoader([*own, SliceLoader()])
    environment.globals["chart_geometry"] = charts


def day(value: date) -> str:
    """`2026年1月2日`, as GB/T 9704 and GB/T 7408 write a date in running text."""
    return full_day_text(value)


def instant(value: datetime) -> str:
    """`2026-01-02 03:04`, by the compound's clocks."""
    return clock.local(value).strftime("%Y-%m-%d %H:%M")


def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    share(made)
    filters: dict[str, Callable[..., Any]] = {"day": day, "instant": instant, "number": axes.number}
    made.filters.update(filters)
    return made


ENVIRONMENT = _environment()
