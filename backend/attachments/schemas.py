"""Wire shapes of the attachments."""

from backend.wire import Id, Instant, Int, Out, Query, Str


class AttachmentOut(Out):
    """A document with a path on this server, good until `expires_at`; `size` in bytes."""

    id = Id(required=True)
    name = Str(required=True)
    kind = Str(required=True)
    size = Int(required=True)
    url = Str(required=True)
    expires_at = Instant(required=True)


class AttachmentQuery(Query):
    """What the document is called; its ending follows its content."""

    name = Str(required=True, min_length=1, max_length=200)
