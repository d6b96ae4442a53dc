"""Refusals of the projects."""

from backend.errors import Conflict, Forbidden, Invalid, NotFound


class ProjectNotFound(NotFound):
    """There is no such project, or it is not the actor's to know of."""

    code = "feedback.project_not_found"
    message = "没有找到该微实事项目"


class ProjectState(Conflict):
    """The transition table does not know this step from the project's state."""

    code = "feedback.project_state"
    message = "该项目当前为「{state_name}」，不能进行此操作"


class ProjectNotYours(Forbidden):
    """The actor may see the project, but this is for somebody else to do."""

    code = "feedback.project_not_yours"
    message = "您不能对该项目进行此操作"


class ProjectChanged(Conflict):
    """It was changed since it was shown; `revision` is how it stands now."""

    code = "feedback.project_changed"
    message = "该项目刚刚有变动，请刷新后重试"


class ProjectUnfinished(Conflict):
    """A project is done once its milestones are, or were dropped."""

    code = "feedback.project_unfinished"
    message = "还有 {open} 个节点未完成，请先完成或取消这些节点"


class ProjectOriginInvalid(Invalid):
    """A project comes from a suggestion that the actor may read."""

    code = "feedback.project_origin_invalid"
    message = "只能由一条建议转为微实事项目"


class ProjectOriginTaken(Conflict):
    """The suggestion is a project already."""

    code = "feedback.project_origin_taken"
    message = "该建议已转为微实事项目"


class ProposalsClosed(Conflict):
    """There is no category of suggestions in use under which a proposal could be filed."""

    code = "feedback.proposals_closed"
    message = "目前没有可用的建议类别，暂不能提议"


class MilestonesInvalid(Invalid):
    """Milestones are told apart by title, are the project's own, and leave it only while they are planned."""

    code = "feedback.milestones_invalid"
    message = "项目节点{problem}"
