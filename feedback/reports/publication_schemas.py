"""Wire shapes of the public wall."""

from backend.media.policies import MOST_BOXES
from backend.media.schemas import PhotoLinksOut
from backend.wire import Id, In, Instant, Int, Many, Out, Part, Str
from feedback.reports.exhibits import LONGEST_TEXT
from feedback.reports.policies import MOST_PHOTOS


class OriginalOut(Out):
    """A photo of the report; width and height of its full size, in pixels."""

    photo_id = Id()
    width = Int()
    height = Int()
    links = Part(PhotoLinksOut)


class PublicationDraftOut(Out):
    """What the wall could show of a report, and what it shows."""

    report_id = Id()
    number = Str()
    text = Str()
    reply = Str()
    photos = Many(Part(OriginalOut))
    obstacle = Str()
    published_at = Instant(allow_none=True)
    published_text = Str()
    published_photos = Many(Part(PhotoLinksOut))


class BoxIn(In):
    """A black box, in pixels of the photo's full size from its top left corner."""

    x = Int(required=True, minimum=0)
    y = Int(required=True, minimum=0)
    width = Int(required=True, minimum=1)
    height = Int(required=True, minimum=1)


class ShownPhotoIn(In):
    """A photo for the wall; `boxes` null says that there is nothing on it to black out."""

    photo_id = Id(required=True)
    boxes = Many(Part(BoxIn), required=True, allow_none=True, maximum=MOST_BOXES)


class PublicationIn(In):
    """What the wall says of a case."""

    text = Str(required=True, min_length=1, max_length=LONGEST_TEXT)
    photos = Many(Part(ShownPhotoIn), maximum=MOST_PHOTOS, load_default=list)


class ReportUnpublishIn(In):
    """Why it is taken off, if one likes to say."""

    text = Str(load_default="", max_length=500)
