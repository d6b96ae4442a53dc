"""Wire shapes of the projects."""

from typing import Any

from marshmallow import post_load

from backend.media.schemas import PhotoLinksOut
from backend.wire import Bool, Choice, Date, Id, In, Instant, Int, Many, Out, PageQuery, Part, Str
from feedback.concierge.projects import policies
from feedback.concierge.projects.models import MilestoneState, ProjectState
from feedback.concierge.projects.policies import Planned, Step
from feedback.concierge.projects.queries import ProjectScope
from feedback.concierge.schemas import WhereIn


def _photo_ids() -> Many:
    return Many(Id(), maximum=policies.MOST_PHOTOS, load_default=list)


class ProjectsQuery(PageQuery):
    """Which projects."""

    scope = Choice(ProjectScope, load_default=ProjectScope.ALL)
    state = Choice(ProjectState)


class ProjectProposalIn(WhereIn):
    """What one would like to see done."""

    title = Str(required=True, min_length=1, max_length=policies.LONGEST_TITLE)
    text = Str(required=True, min_length=1, max_length=policies.LONGEST_INTRO)
    photo_ids = _photo_ids()


class MilestoneIn(In):
    """A milestone as it shall be; a new one has no `id`."""

    id = Id(load_default=None, allow_none=True)
    title = Str(required=True, min_length=1, max_length=policies.LONGEST_TITLE)
    due_on = Date(required=True)
    state = Choice(MilestoneState, load_default=MilestoneState.PLANNED)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Planned:
        """As policies know it."""
        return Planned(**data)


class ProjectIn(WhereIn):
    """A project of the house's own, or of the suggestion that it comes from."""

    title = Str(required=True, min_length=1, max_length=policies.LONGEST_TITLE)
    intro = Str(required=True, min_length=1, max_length=policies.LONGEST_INTRO)
    office_id = Id(load_default=None, allow_none=True)
    report_id = Id(load_default=None, allow_none=True)
    photo_ids = _photo_ids()
    milestones = Many(Part(MilestoneIn), maximum=policies.MOST_MILESTONES, load_default=list)


class ProjectChangeIn(WhereIn):
    """A project described anew, as its reader saw it; `photo_ids` are all that it shall have."""

    revision = Int(required=True, minimum=1)
    title = Str(required=True, min_length=1, max_length=policies.LONGEST_TITLE)
    intro = Str(required=True, min_length=1, max_length=policies.LONGEST_INTRO)
    office_id = Id(load_default=None, allow_none=True)
    photo_ids = _photo_ids()


class ProjectAdoptionIn(In):
    """A proposal taken up, in the desk's own words if it gives any."""

    title = Str(max_length=policies.LONGEST_TITLE, load_default="")
    intro = Str(max_length=policies.LONGEST_INTRO, load_default="")
    office_id = Id(load_default=None, allow_none=True)
    text = Str(max_length=policies.LONGEST_TEXT, load_default="")
    photo_ids = _photo_ids()


class ProjectReasonIn(In):
    """Why not."""

    text = Str(required=True, min_length=1, max_length=policies.LONGEST_TEXT)


class ProjectStartIn(In):
    """What begins."""

    text = Str(max_length=policies.LONGEST_TEXT, load_default="")


class ProjectNoteIn(In):
    """How it goes."""

    text = Str(required=True, min_length=1, max_length=policies.LONGEST_TEXT)
    photo_ids = _photo_ids()


class ProjectPlanIn(In):
    """All milestones, in their order, as its reader saw the project."""

    revision = Int(required=True, minimum=1)
    milestones = Many(Part(MilestoneIn), required=True, maximum=policies.MOST_MILESTONES)


class ProjectRowOut(Out):
    """A project in a list."""

    id = Id()
    title = Str()
    intro = Str()
    place_kind = Str(allow_none=True)
    place_id = Id(allow_none=True)
    place_path = Str()
    office_id = Id(allow_none=True)
    office_name = Str()
    state = Str()
    state_name = Str()
    revision = Int()
    proposed_at = Instant()
    adopted_at = Instant(allow_none=True)
    started_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    followers = Int()
    is_followed = Bool()
    milestones = Int(metadata={"description": "Those dropped are not counted"})
    milestones_done = Int()
    photo = Part(PhotoLinksOut, allow_none=True)


class MilestoneOut(Out):
    """A milestone."""

    id = Id()
    title = Str()
    due_on = Date()
    state = Str()
    state_name = Str()
    done_on = Date(allow_none=True)
    is_overdue = Bool()


class ProjectNoteOut(Out):
    """An entry of the timeline."""

    id = Id()
    step = Str()
    step_name = Str()
    noted_at = Instant()
    noted_by_name = Str()
    text = Str()
    photos = Many(Part(PhotoLinksOut))


class ProjectPhotoOut(Out):
    """A photo of a project."""

    id = Id()
    links = Part(PhotoLinksOut)


class ProjectOut(Out):
    """All of a project. `report_id` only for who may read its suggestion; `can` are the reader's steps."""

    project = Part(ProjectRowOut, attribute="row")
    photos = Many(Part(ProjectPhotoOut))
    plan = Many(Part(MilestoneOut))
    notes = Many(Part(ProjectNoteOut), maximum=100_000)
    report_id = Id(allow_none=True)
    can = Many(Choice(Step))
