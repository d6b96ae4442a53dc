"""Wire shapes of the photos."""

from backend.wire import Id, Instant, Int, Out, Part, Str


class PhotoLinksOut(Out):
    """Paths on this server, good until `expires_at`; the longest sides are 2048, 640 and 240 pixels."""

    full = Str(required=True)
    medium = Str(required=True)
    thumb = Str(required=True)
    expires_at = Instant(required=True)


class PhotoOut(Out):
    """A photo as its uploader sees it; width and height in pixels."""

    id = Id(required=True)
    width = Int(required=True)
    height = Int(required=True)
    links = Part(PhotoLinksOut, required=True)
