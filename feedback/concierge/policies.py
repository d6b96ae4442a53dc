"""Rules of the concierge. Pure functions."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from backend.places.policies import Ref
from feedback.categories.models import Kind
from feedback.categories.queries import CategoryView
from feedback.concierge import fields
from feedback.concierge.errors import (
    ServiceCategoryInvalid,
    ServiceOfficeNeeded,
    ServicePhotoNeeded,
    TooManyOpenRequests,
)
from feedback.concierge.fields import SEALED, Answers, FieldType, FormField

LONGEST_CODE: Final = 40
LONGEST_NAME: Final = 40
LONGEST_INTRO: Final = 500
LONGEST_HOURS: Final = 100
LONGEST_WORD: Final = 20
LONGEST_TEXT: Final = 500
MOST_WORDS: Final = 60
MOST_SERVICES: Final = 100
HIGHEST_LIMIT: Final = 100


class Scope(StrEnum):
    """Whose requests a list has."""

    MINE = "mine"
    OFFICE = "office"
    ALL = "all"


def ensure_category(category: CategoryView, before: int | None = None) -> None:
    """Raise ServiceCategoryInvalid unless services may be filed there; where it was filed, it may stay."""
    if category.kind != Kind.SERVICE or not (category.is_active or category.id == before):
        raise ServiceCategoryInvalid


def ensure_office(is_direct: bool, office_id: int | None) -> None:
    """Raise ServiceOfficeNeeded if requests are to go at once to nobody."""
    if is_direct and office_id is None:
        raise ServiceOfficeNeeded


def ensure_photo(service: str, needs_photo: bool, photo_ids: Sequence[int]) -> None:
    """Raise ServicePhotoNeeded if there has to be a photo and is none."""
    if needs_photo and not photo_ids:
        raise ServicePhotoNeeded(service=service)


def ensure_within_limit(service: str, open_requests: int, limit: int) -> None:
    """Raise TooManyOpenRequests if one more would be too many; 0 is any number."""
    if limit and open_requests >= limit:
        raise TooManyOpenRequests(service=service, open=open_requests, limit=limit)


def tidy(words: Sequence[str]) -> list[str]:
    """The words without blanks around them, each once, in the order given."""
    return list(dict.fromkeys(word for each in words if (word := each.strip())))


def where_of(form: Sequence[FormField], plain: Mapping[str, Any]) -> tuple[str, Ref] | None:
    """The first place that was answered, with the key of its field: that is where a request is about."""
    for field in form:
        if field.type is FieldType.PLACE and field.key in plain:
            value = plain[field.key]
            ref = fields.refs_in([field], {field.key: {"kind": value["kind"], "id": value["id"]}})
            return (field.key, ref[0]) if ref else None
    return None


def needs_place(form: Sequence[FormField], category_needs_place: bool) -> bool:
    """Whether a request names a place beside its form, because the form does not ask for one."""
    asks = any(field.type is FieldType.PLACE and field.required for field in form)
    return category_needs_place and not asks


def text_of(
    service: str, form: Sequence[FormField], answers: Answers, *, but: str | None = None, text: str = ""
) -> str:
    """What a request says as a report: `【送水】桶数：2；回收空桶：1`. Sealed values are left out.

    `but` is the field that the report tells in its own way, its place.
    """
    said = [
        f"{field.title}：{fields.text_of(field, answers.plain[field.key])}"
        for field in form
        if field.key in answers.plain and field.key != but and field.type not in SEALED
    ]
    return f"【{service}】{'；'.join([*said, *([text] if text else [])])}"
