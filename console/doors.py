"""The display at a meeting room's door: a page without a login for a tablet or a television.

`/screen/room/{id}` opens by the room's number where the rule lets it, else by its link alone (`?key=…`). It
says whether the room is free, until when, what comes next and the day's list, and has a QR code to book or to
sign in. What is now and what is next is told by `static/screen-door.js`, without a network, too.
"""

from typing import Final

from flask import Blueprint, Response, render_template

from backend.errors import AppError
from backend.http import public
from backend.identity.second_factor.documents import qr_svg
from console.pages import protect
from console.screens import Content, answer_content, answer_page, kept, key_given, refuse, version_of
from meeting.calendars import views

blueprint = Blueprint("doors", __name__, url_prefix="/screen", template_folder="templates")
blueprint.after_request(protect)
blueprint.register_error_handler(AppError, refuse)

_PARTS: Final = ("door.css", "screen-door.js", "screen.js")


@blueprint.get("/room/<id:room_id>")
@public
def room_door(room_id: int) -> Response:
    """The page of a room's display."""
    return answer_page("screens/door.html", _content(room_id), version_of(_PARTS))


@blueprint.get("/room/<id:room_id>/content")
@public
def room_door_content(room_id: int) -> Response:
    """What the display shows now; 304 if it shows it already."""
    return answer_content(_content(room_id), version_of(_PARTS))


def _content(room_id: int) -> Content:
    """What the room's display shows, for whoever may open it. Raises DoorNotFound."""
    views.ensure_opens(room_id, key_given())

    def make() -> tuple[str, str]:
        door = views.door(room_id)
        return door.room.name, render_template(
            "screens/door_content.html", door=door, qr_svg=qr_svg(door.url)
        )

    return kept("room", room_id, make)
