"""The privacy policy, consents, the copy of one's data, requests about it; and the officer's side."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.endpoints import PUBLIC
from backend.flows import data_requests, personal_data
from backend.http import endpoint
from backend.identity.privacy import queries, services
from backend.identity.privacy.schemas import (
    DataRequestAnswerIn,
    DataRequestIn,
    DataRequestOut,
    DataRequestsQuery,
    ManagedRequestOut,
    PolicyIn,
    PolicyOut,
    PolicyQuery,
    PolicyVersionOut,
    PrivacyConsentIn,
    PrivacyConsentOut,
    PrivacyConsentsOut,
    ReceivedRequestIn,
)
from backend.wire import PageQuery

blueprint = Blueprint("privacy", __name__, description="隐私政策与个人信息")


@endpoint(blueprint, "GET", "/privacy/policy", permission=PUBLIC, query=PolicyQuery, out=PolicyOut)
def get_policy(query: dict[str, Any]) -> Any:
    """The privacy policy that holds, or an earlier version of it"""
    return queries.get_policy(**query)


@endpoint(blueprint, "GET", "/me/consents", permission=Permission.SELF, out=PrivacyConsentsOut)
def get_consents(actor: Actor) -> Any:
    """What one agreed to and when"""
    return queries.own_consents(actor)


@endpoint(
    blueprint,
    "POST",
    "/me/consents",
    permission=Permission.SELF,
    body=PrivacyConsentIn,
    out=PrivacyConsentOut,
    status=201,
)
def decide(actor: Actor, body: dict[str, Any]) -> Any:
    """Agree to the version that holds, or not"""
    return services.decide(actor, **body)


@endpoint(blueprint, "GET", "/me/personal-data", permission=Permission.SELF, file=personal_data.MEDIA_TYPE)
def export_personal_data(actor: Actor) -> File:
    """A copy of everything that is kept about oneself"""
    return File(personal_data.export(actor), personal_data.FILE_NAME)


@endpoint(
    blueprint,
    "GET",
    "/me/data-requests",
    permission=Permission.SELF,
    query=PageQuery,
    out=DataRequestOut,
    many=True,
)
def list_data_requests(actor: Actor, query: dict[str, Any]) -> Any:
    """One's own requests to erase, correct or restrict"""
    return queries.page_own(actor, **query)


@endpoint(
    blueprint, "GET", "/me/data-requests/<id:request_id>", permission=Permission.SELF, out=DataRequestOut
)
def get_data_request(actor: Actor, request_id: int) -> Any:
    """One of one's own requests"""
    return queries.get_own(actor, request_id)


@endpoint(
    blueprint,
    "POST",
    "/me/data-requests",
    permission=Permission.SELF,
    body=DataRequestIn,
    out=DataRequestOut,
    status=201,
)
def send_data_request(actor: Actor, body: dict[str, Any]) -> Any:
    """Ask for one's data to be erased, corrected or restricted"""
    return data_requests.send(actor, **body)


# The privacy officer's side


@endpoint(
    blueprint,
    "GET",
    "/admin/privacy/policies",
    permission=Permission.PRIVACY_MANAGE,
    out=PolicyVersionOut,
    many=True,
)
def list_policies(actor: Actor) -> Any:
    """Every version of the policy, with how many agreed to it"""
    return queries.list_versions(actor)


@endpoint(
    blueprint,
    "POST",
    "/admin/privacy/policies",
    permission=Permission.PRIVACY_MANAGE,
    body=PolicyIn,
    out=PolicyOut,
    status=201,
)
def publish_policy(actor: Actor, body: dict[str, Any]) -> Any:
    """Publish the next version; everybody is asked again"""
    return services.publish_policy(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/admin/data-requests",
    permission=Permission.PRIVACY_MANAGE,
    query=DataRequestsQuery,
    out=ManagedRequestOut,
    many=True,
)
def list_all_data_requests(actor: Actor, query: dict[str, Any]) -> Any:
    """Everybody's requests, what waits first"""
    return queries.page_all(actor, **query)


@endpoint(
    blueprint,
    "GET",
    "/admin/data-requests/<id:request_id>",
    permission=Permission.PRIVACY_MANAGE,
    out=ManagedRequestOut,
)
def get_any_data_request(actor: Actor, request_id: int) -> Any:
    """One of everybody's requests"""
    return queries.get_managed(actor, request_id)


@endpoint(
    blueprint,
    "POST",
    "/admin/data-requests",
    permission=Permission.PRIVACY_MANAGE,
    body=ReceivedRequestIn,
    out=ManagedRequestOut,
    status=201,
)
def receive_data_request(actor: Actor, body: dict[str, Any]) -> Any:
    """Write down what somebody asked for who cannot log in any more"""
    return data_requests.receive(actor, **body)


@endpoint(
    blueprint,
    "POST",
    "/admin/data-requests/<id:request_id>/answer",
    permission=Permission.PRIVACY_MANAGE,
    body=DataRequestAnswerIn,
    out=ManagedRequestOut,
)
def answer_data_request(actor: Actor, request_id: int, body: dict[str, Any]) -> Any:
    """Answer a request; a granted erasure is carried out"""
    return data_requests.answer(actor, request_id=request_id, **body)
