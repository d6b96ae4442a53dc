"""The SMS gateway's callback: `docs/operations.md` describes it to whoever adapts the gateway."""

from flask import request
from flask_smorest import Blueprint

from backend.endpoints import PUBLIC
from backend.http import endpoint
from backend.sms import services
from backend.sms.gateway import MAX_CALLBACK_BYTES

blueprint = Blueprint("sms_receipts", __name__)


@endpoint(blueprint, "POST", "/callbacks/sms", permission=PUBLIC)
def receive() -> None:
    """Keep a signed receipt; the same again is answered alike."""
    request.max_content_length = MAX_CALLBACK_BYTES
    services.receive_receipt(headers=dict(request.headers), body=request.get_data())
