"""Who acts, and what they may do where."""

from dataclasses import dataclass
from enum import StrEnum

from backend.errors import Forbidden


class Permission(StrEnum):
    """What an endpoint, a page or a policy may ask for. Roles are sets of these."""

    SELF = "self"  # every active member of staff: own profile, own sessions
    IDENTITY_READ = "identity.read"
    IDENTITY_MANAGE = "identity.manage"
    IDENTITY_UNMASK = "identity.unmask"
    WORKDAYS_MANAGE = "workdays.manage"
    CANTEEN_ORDER = "canteen.order"
    CANTEEN_VERIFY = "canteen.verify"
    CANTEEN_READ = "canteen.read"
    CANTEEN_MANAGE = "canteen.manage"
    FIGURES_READ = "figures.read"  # sums only, never a person
    ACCOUNTS_MANAGE = "accounts.manage"
    ABSENCES_MANAGE = "absences.manage"
    RECEPTIONS_MANAGE = "receptions.manage"
    SETTLEMENTS_MANAGE = "settlements.manage"
    PRIVACY_MANAGE = "privacy.manage"
    WASTE_RECORD = "waste.record"
    WASTE_MANAGE = "waste.manage"
    DEVICES_MANAGE = "devices.manage"
    EVALUATION_MANAGE = "evaluation.manage"
    EVALUATION_INSPECT = "evaluation.inspect"
    EVALUATION_REPORT = "evaluation.report"  # of the units within reach
    BULLETINS_READ = "bulletins.read"  # those that are not published, too
    BULLETINS_MANAGE = "bulletins.manage"
    BULLETINS_PUBLISH = "bulletins.publish"
    PROPERTY_READ = "property.read"  # every order, asset and figure of the places within reach
    PROPERTY_MANAGE = "property.manage"  # categories, assets, service levels, teams, materials
    ORDERS_DISPATCH = "work_orders.dispatch"
    ORDERS_HANDLE = "work_orders.handle"
    ORDERS_VERIFY = "work_orders.verify"  # in the requester's stead
    ORDERS_APPROVE = "work_orders.approve"  # long holds and costs
    INSPECTIONS_MANAGE = "inspections.manage"
    INSPECTIONS_PERFORM = "inspections.perform"
    CONTRACTORS_READ = "contractors.read"  # contracts, scores and bulletins, of the contractors within reach
    CONTRACTORS_MANAGE = "contractors.manage"
    CONTRACTORS_ASSESS = "contractors.assess"  # deductions, inspections by sheet, first reviews
    CONTRACTORS_REVIEW = "contractors.review"  # second reviews, monthly lock, corrections
    CONTRACTORS_ANSWER = "contractors.answer"  # for the contractors within reach: appeals
    FEEDBACK_READ = "feedback.read"  # every report, request and figure of the places within reach
    FEEDBACK_MANAGE = "feedback.manage"  # categories, handling offices, word lists, the concierge's catalogue
    REPORTS_TRIAGE = "reports.triage"  # 诉求专席: checks, accepts, assigns, publishes
    REPORTS_HANDLE = "reports.handle"  # for the offices that one belongs to
    REPORTS_APPROVE = "reports.approve"  # extensions, 挂账, objections to an assignment
    REPORTS_VISIT = "reports.visit"  # 回访 in the reporter's stead
    REPORTS_UNSEAL = "reports.unseal"  # who an unnamed reporter is; two persons
    NOTICES_MANAGE = "notices.manage"
    SURVEYS_MANAGE = "surveys.manage"
    REVIEWS_MANAGE = "reviews.manage"  # 服务保障通报, its meetings and their demands, rectifications
    REVIEWS_PUBLISH = "reviews.publish"
    MEETINGS_READ = "meetings.read"  # every booking, service and figure of the rooms within reach
    ROOMS_MANAGE = "meeting_rooms.manage"  # rooms, hours, closures, who may book, limits
    MEETINGS_APPROVE = "meetings.approve"
    MEETINGS_OVERRIDE = "meetings.override"  # lets one meeting displace another
    MEETINGS_SERVE = "meetings.serve"  # 会务: tasks, signing in, checks after a meeting
    HOSPITALITY_MANAGE = "hospitality.manage"  # 会务 services, stock, stewards, who does what
    PRODUCTION_MANAGE = "production.manage"  # recipes, service level, what is cooked
    PRODUCTION_RECORD = "production.record"  # what was cooked and what is left
    PURCHASING_READ = "purchasing.read"  # suppliers, prices, orders, stock
    PURCHASING_MANAGE = "purchasing.manage"
    PURCHASING_APPROVE = "purchasing.approve"  # never one's own order
    STOCK_RECORD = "stock.record"  # receives, issues, counts
    SAFETY_READ = "food_safety.read"  # every record but those of health
    SAFETY_RECORD = "food_safety.record"  # samples, checks, temperatures, ledgers
    SAFETY_MANAGE = "food_safety.manage"  # limits, certificates, weekly and monthly reviews, incidents
    HEALTH_READ = "food_safety.health"  # temperatures and symptoms of kitchen workers
    PLACES_MANAGE = "places.manage"
    RULES_MANAGE = "rules.manage"
    AUDIT_READ = "audit.read"
    JOBS_READ = "jobs.read"
    NOTIFICATIONS_MANAGE = "notifications.manage"
    SUGGESTIONS_MANAGE = "suggestions.manage"


class ScopeKind(StrEnum):
    """How far a grant reaches."""

    COMPOUND = "compound"
    CAMPUS = "campus"
    CANTEEN = "canteen"
    BUILDING = "building"
    UNIT = "unit"  # an evaluated unit: an organ whose canteen is not ours
    CONTRACTOR = "contractor"


@dataclass(frozen=True, slots=True)
class Grant:
    """A set of permissions within one scope. `scope_id` is 0 for the whole compound."""

    permissions: frozenset[Permission]
    kind: ScopeKind
    scope_id: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Where one permission holds: everywhere, or in the named places, units and contractors."""

    everywhere: bool
    campus_ids: frozenset[int]
    canteen_ids: frozenset[int]
    building_ids: frozenset[int]
    unit_ids: frozenset[int]
    contractor_ids: frozenset[int]

    def covers(self, *, campus_id: int, canteen_id: int = 0, building_id: int = 0) -> bool:
        """Whether a place, named with the campus that it stands on, lies within reach."""
        return (
            self.everywhere
            or campus_id in self.campus_ids
            or canteen_id in self.canteen_ids
            or building_id in self.building_ids
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `staff_id` is 0 for the system itself (jobs, command line)."""

    staff_id: int
    staff_no: str
    name: str
    department_id: int
    session_id: int
    grants: tuple[Grant, ...]

    def can(self, permission: Permission) -> bool:
        """Whether the actor holds the permission anywhere."""
        return any(permission in grant.permissions for grant in self.grants)

    def reach(self, permission: Permission) -> Reach:
        """Where the actor holds the permission."""
        held = [grant for grant in self.grants if permission in grant.permissions]

        def ids(kind: ScopeKind) -> frozenset[int]:
            return frozenset(grant.scope_id for grant in held if grant.kind is kind)

        return Reach(
            everywhere=any(grant.kind is ScopeKind.COMPOUND for grant in held),
            campus_ids=ids(ScopeKind.CAMPUS),
            canteen_ids=ids(ScopeKind.CANTEEN),
            building_ids=ids(ScopeKind.BUILDING),
            unit_ids=ids(ScopeKind.UNIT),
            contractor_ids=ids(ScopeKind.CONTRACTOR),
        )


def ensure_everywhere(actor: Actor, permission: Permission) -> None:
    """Refuse an actor who does not hold the permission for the whole compound.

    For what belongs to no campus (the roster, the calendar, money), a narrower scope reaches none of it.
    Raises Forbidden.
    """
    if not actor.reach(permission).everywhere:
        raise Forbidden


SYSTEM = Actor(
    staff_id=0,
    staff_no="",
    name="系统",
    department_id=0,
    session_id=0,
    grants=(Grant(frozenset(Permission), ScopeKind.COMPOUND, 0),),
)
