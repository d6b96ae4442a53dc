"""Send files over HTTP and look at what was kept of them."""

import io
from contextvars import Context

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from backend.actor import SYSTEM, Actor
from backend.config import settings
from backend.db import atomic, db
from backend.media import operations
from backend.media.models import Photo, PhotoContent


def file(data, name="photo.jpg"):
    """A file of a form."""
    return FileStorage(io.BytesIO(data), name)


def send(client, data, *, name="photo.jpg", field="file", **options):
    """The answer to an upload."""
    return send_form(client, {field: file(data, name)}, **options)


def send_form(client, form, **options):
    """The answer to a form of texts and files, under a boundary of its own."""
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/media/photos", data=body, content_type=kind, **options)


def fetch(app, link):
    """What an <image> gets: the response without any login."""
    return Context().run(app.test_client().get, link)


def count(model):
    """How many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def objects():
    """The files in the local store, as paths within it."""
    root = settings().data_dir / "media"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def nothing_is_kept():
    """Whether neither a row nor an object is there."""
    return (count(Photo), count(PhotoContent), objects()) == (0, 0, [])


def actor_of(staff):
    """The member of staff as operations take them."""
    return Actor(staff.id, staff.staff_no, staff.name, 0, 0, ())


@atomic
def attach(staff, photo_id, owner_kind="dish", owner_id=1, **options):
    """Attach a photo as its slice would."""
    operations.attach(actor_of(staff), photo_id, owner_kind, owner_id, **options)


@atomic
def detach(*owner):
    """Detach an owner's photos."""
    return operations.detach(*owner)


@atomic
def hide(*owner):
    """Hide an owner's photos."""
    return operations.hide(SYSTEM, *owner)


@atomic
def publish(*owner):
    """Publish an owner's photos."""
    return operations.publish(SYSTEM, *owner)
