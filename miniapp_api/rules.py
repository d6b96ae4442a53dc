"""Business rules over HTTP: what managers may see, and change.

Each rule names the permissions of its own, and where they must hold.
"""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.rules import queries, services
from backend.rules.schemas import RuleAddress, RuleIn, RuleOut, RulesQuery, RuleVersionOut

blueprint = Blueprint("rules", __name__, description="业务规则")


@endpoint(blueprint, "GET", "/rules", permission=Permission.SELF, query=RulesQuery, out=RuleOut, many=True)
def list_rules(actor: Actor, query: dict[str, Any]) -> Any:
    """The rules that one may see, with what holds now and what is planned next"""
    return queries.overview(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/rules/<key>/history",
    permission=Permission.SELF,
    query=RuleAddress,
    out=RuleVersionOut,
    many=True,
)
def get_history(actor: Actor, key: str, query: dict[str, Any]) -> Any:
    """All decisions about a rule: who, when, why and from when on"""
    return queries.history(actor, key, **query)


@endpoint(blueprint, "PUT", "/rules/<key>", permission=Permission.SELF, body=RuleIn, out=RuleOut)
def set_rule(actor: Actor, key: str, body: dict[str, Any]) -> Any:
    """Decide a rule's value, from now or from a later instant"""
    return services.set_rule(actor, rule_key=key, **body)
