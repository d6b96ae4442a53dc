"""`/q/{token}`: where the QR code of a plate leads.

In WeChat, once the link is tied to the mini-program (扫普通链接二维码打开小程序), a scan opens the
mini-program and does not come here; WeChat only fetches its verification file. Everywhere else the phone
pages open.
"""

from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from backend.answers import status_of
from backend.config import settings
from backend.errors import AppError
from backend.http import public
from backend.places import queries
from backend.places.errors import PlateNotFound
from console.pages import protect
from property.assets import queries as asset_queries
from property.assets.errors import AssetNotFound

blueprint = Blueprint("plates", __name__, url_prefix="/q", template_folder="templates")
blueprint.after_request(protect)


@blueprint.get("/<token>")
@public
def open_plate(token: str) -> AnyResponse:
    """The phone page of the plate's place, or of the asset that bears it."""
    response = redirect(f"{settings().h5_url}#{_phone_page(token)}")
    # The plate may be revoked later.
    response.headers["Cache-Control"] = "no-store"
    return response


def _phone_page(token: str) -> str:
    try:
        return f"/pages/place?token={quote(queries.find_by_token(token).token)}"
    except PlateNotFound as unknown:
        try:
            asset = asset_queries.find_by_plate(token)
        except AssetNotFound:
            raise unknown from None
        return f"/pages/repairs/asset?plate={quote(asset.plate)}"


@blueprint.get("/<name>.txt")
@public
def link_file(name: str) -> Response:
    """A file by which WeChat verifies that these links are ours."""
    text = settings().wechat_link_files.get(f"{name}.txt")
    if text is None:
        raise PlateNotFound
    return Response(text, mimetype="text/plain")


@blueprint.errorhandler(AppError)
def refuse(error: AppError) -> tuple[str, int]:
    """The page of a plate that leads nowhere."""
    return render_template("plate_refused.html", msg=error.msg), status_of(error)
