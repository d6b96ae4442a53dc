"""Refusals: those that leave a trace though their unit of work is rolled back, and those of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError

from backend.actor import Actor
from backend.db import aside, atomic, db
from backend.errors import AppError

R = TypeVar("R")


def recording(
    record: Callable[[Actor, int, Any], object], *refusals: type[AppError], named: str = ""
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """`atomic` for a use case of (actor, subject's identifier, …); these refusals of it are recorded.

    `record(actor, identifier, refusal)` runs in a unit of its own: the refusal has rolled the other one back.
    Where the use case takes the identifier as a keyword, `named` is its name.
    """
    record_aside = aside(record)

    def decorate(use_case: Callable[..., R]) -> Callable[..., R]:
        run_atomic = atomic(use_case)

        @wraps(use_case)
        def run(actor: Actor, *subject: int, **given: Any) -> R:
            try:
                return run_atomic(actor, *subject, **given)
            except refusals as refused:
                record_aside(actor, given[named] if named else subject[0], refused)
                raise

        return run

    return decorate


@contextmanager
def refusing_clashes(refusal: AppError) -> Iterator[None]:
    """Flush what this block adds or changes; a unique constraint that refuses it raises `refusal`."""
    try:
        yield
        db.session.flush()
    except IntegrityError as error:
        raise refusal from error
