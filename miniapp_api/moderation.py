"""Moderation: the queue in which people decide, and the word list."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from feedback.moderation import queries, services
from feedback.moderation.schemas import (
    ModerationDecisionIn,
    ModerationQuery,
    ModerationSubmissionOut,
    Verdict,
    WordIn,
    WordOut,
    WordsImportedOut,
    WordsIn,
    WordsQuery,
)

blueprint = Blueprint("moderation", __name__, description="内容审核")
_TRIAGE, _MANAGE = Permission.REPORTS_TRIAGE, Permission.FEEDBACK_MANAGE
_TEXT = "text/plain"


@endpoint(
    blueprint,
    "GET",
    "/feedback/moderation",
    permission=_TRIAGE,
    query=ModerationQuery,
    out=ModerationSubmissionOut,
    many=True,
)
def list_submissions(actor: Actor, query: dict[str, Any]) -> Any:
    """What waits for a person, or stands otherwise, within reach; what was submitted first comes first"""
    return queries.page_submissions(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/feedback/moderation/<id:submission_id>",
    permission=_TRIAGE,
    out=ModerationSubmissionOut,
)
def get_submission(actor: Actor, submission_id: int) -> Any:
    """A submission with its checks"""
    return queries.get_submission(actor, submission_id)


@endpoint(
    blueprint,
    "POST",
    "/feedback/moderation/<id:submission_id>/decide",
    permission=_TRIAGE,
    body=ModerationDecisionIn,
    out=ModerationSubmissionOut,
)
def decide_submission(actor: Actor, submission_id: int, body: dict[str, Any]) -> Any:
    """Pass or refuse what was submitted"""
    is_passed = body.pop("verdict") is Verdict.PASS
    return services.decide(actor, submission_id=submission_id, is_passed=is_passed, **body)


@endpoint(
    blueprint,
    "GET",
    "/feedback/moderation/words",
    permission=_MANAGE,
    query=WordsQuery,
    out=WordOut,
    many=True,
)
def list_words(actor: Actor, query: dict[str, Any]) -> Any:
    """The words in force"""
    return queries.page_words(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/feedback/moderation/words",
    permission=_MANAGE,
    body=WordIn,
    out=WordOut,
    status=201,
)
def add_word(actor: Actor, body: dict[str, Any]) -> Any:
    """Put a word on the list"""
    return services.add_word(actor, **body)


@endpoint(
    blueprint,
    "PUT",
    "/feedback/moderation/words/<id:word_id>",
    permission=_MANAGE,
    body=WordIn,
    out=WordOut,
)
def change_word(actor: Actor, word_id: int, body: dict[str, Any]) -> Any:
    """Change a word; it gets another id, because the list keeps what was"""
    return services.change_word(actor, word_id=word_id, **body)


@endpoint(blueprint, "POST", "/feedback/moderation/words/<id:word_id>/remove", permission=_MANAGE)
def remove_word(actor: Actor, word_id: int) -> Any:
    """Take a word off the list"""
    return services.remove_word(actor, word_id=word_id)


@endpoint(
    blueprint,
    "POST",
    "/feedback/moderation/words/import",
    permission=_MANAGE,
    body=WordsIn,
    out=WordsImportedOut,
)
def import_words(actor: Actor, body: dict[str, Any]) -> Any:
    """Take over many words, all or none"""
    return services.import_words(actor, **body)


@endpoint(blueprint, "GET", "/feedback/moderation/words/export", permission=_MANAGE, file=_TEXT)
def export_words(actor: Actor) -> Any:
    """The words in force, one a line, as an import reads them"""
    return File(queries.export_words(actor).encode(), "审核词表.txt", _TEXT)
