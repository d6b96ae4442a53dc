"""The assessment of contractors: months, deductions and appeals, checks, sheets."""

from typing import Any

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.http import endpoint
from backend.scoresheets.schemas import ScoreSheetVersionHeadOut, marks_of
from property.assessments import queries as assessment_queries
from property.assessments import services as assessment_services
from property.assessments.checks import queries as check_queries
from property.assessments.checks import services as check_services
from property.assessments.checks.schemas import (
    ContractorCheckIn,
    ContractorCheckMarksIn,
    ContractorCheckOut,
    ContractorCheckRowOut,
    ContractorChecksQuery,
    ContractorCheckVoidIn,
)
from property.assessments.deductions import queries as deduction_queries
from property.assessments.deductions import services as deduction_services
from property.assessments.deductions.schemas import (
    DeductionAppealIn,
    DeductionIn,
    DeductionOut,
    DeductionOutcomeIn,
    DeductionsQuery,
    DeductionWithdrawalIn,
)
from property.assessments.months import queries, services
from property.assessments.months.schemas import (
    AssessmentCorrectionIn,
    AssessmentExclusionIn,
    AssessmentIn,
    AssessmentLockIn,
    AssessmentOut,
    AssessmentRowOut,
    AssessmentsQuery,
    AssessmentVersionQuery,
    ContractorScoresQuery,
    MonthScoresOut,
)
from property.assessments.schemas import MetricOut, ScaledSheetOut, ScalesIn

blueprint = Blueprint("assessments", __name__, description="服务商考核")

READ, ASSESS = Permission.CONTRACTORS_READ, Permission.CONTRACTORS_ASSESS
REVIEW, ANSWER = Permission.CONTRACTORS_REVIEW, Permission.CONTRACTORS_ANSWER


@endpoint(
    blueprint,
    "GET",
    "/property/contractors/<id:contractor_id>/scores",
    permission=READ,
    query=ContractorScoresQuery,
    out=MonthScoresOut,
    many=True,
)
def list_scores(actor: Actor, contractor_id: int, query: dict[str, Any]) -> Any:
    """A contractor's months with all their versions, items and payment tables, the latest first"""
    return queries.scores_of(actor, contractor_id, **query)


@endpoint(
    blueprint,
    "GET",
    "/property/assessments",
    permission=READ,
    query=AssessmentsQuery,
    out=AssessmentRowOut,
    many=True,
)
def list_assessments(actor: Actor, query: dict[str, Any]) -> Any:
    """The months within one's reach with their latest versions"""
    return queries.page_assessments(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/assessments",
    permission=ASSESS,
    body=AssessmentIn,
    out=AssessmentOut,
    status=201,
)
def open_assessment(actor: Actor, body: dict[str, Any]) -> Any:
    """Open a contract's month before it is over, or see the one that stands"""
    return services.open_month(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/assessments/<id:assessment_id>",
    permission=READ,
    query=AssessmentVersionQuery,
    out=AssessmentOut,
)
def get_assessment(actor: Actor, assessment_id: int, query: dict[str, Any]) -> Any:
    """All of a month: items, deductions, appeals, versions"""
    return queries.get_assessment(actor, assessment_id, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/assessments/<id:assessment_id>/refresh",
    permission=ASSESS,
    out=AssessmentOut,
)
def refresh_assessment(actor: Actor, assessment_id: int) -> Any:
    """Measure an open month anew"""
    return services.refresh(actor, assessment_id=assessment_id)


@endpoint(
    blueprint,
    "POST",
    "/property/assessments/<id:assessment_id>/exclusions",
    permission=ASSESS,
    body=AssessmentExclusionIn,
    out=AssessmentOut,
)
def exclude_item(actor: Actor, assessment_id: int, body: dict[str, Any]) -> Any:
    """Say that an item does not apply this month, or that it does after all"""
    return services.exclude(actor, assessment_id=assessment_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/assessments/<id:assessment_id>/deductions",
    permission=ASSESS,
    body=DeductionIn,
    out=DeductionOut,
    status=201,
)
def deduct(actor: Actor, assessment_id: int, body: dict[str, Any]) -> Any:
    """Take points of an item, with the evidence"""
    return deduction_services.deduct(actor, assessment_id=assessment_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/assessments/<id:assessment_id>/lock",
    permission=REVIEW,
    body=AssessmentLockIn,
    out=AssessmentOut,
)
def lock_assessment(actor: Actor, assessment_id: int, body: dict[str, Any]) -> Any:
    """Close a month: score, grade and payment stand from now on"""
    return services.lock(actor, assessment_id=assessment_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/assessments/<id:assessment_id>/corrections",
    permission=REVIEW,
    body=AssessmentCorrectionIn,
    out=AssessmentOut,
    status=201,
)
def correct_assessment(actor: Actor, assessment_id: int, body: dict[str, Any]) -> Any:
    """Begin the version that corrects a locked month"""
    return services.correct(actor, assessment_id=assessment_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/deductions",
    permission=READ,
    query=DeductionsQuery,
    out=DeductionOut,
    many=True,
)
def list_deductions(actor: Actor, query: dict[str, Any]) -> Any:
    """The deductions within one's reach, e.g. those whose appeals are open"""
    return deduction_queries.page_deductions(actor, **query)


@endpoint(blueprint, "GET", "/property/deductions/<id:deduction_id>", permission=READ, out=DeductionOut)
def get_deduction(actor: Actor, deduction_id: int) -> Any:
    """One deduction with its evidence and its appeal"""
    return deduction_queries.get_deduction(actor, deduction_id)


@endpoint(
    blueprint,
    "POST",
    "/property/deductions/<id:deduction_id>/withdraw",
    permission=ASSESS,
    body=DeductionWithdrawalIn,
    out=DeductionOut,
)
def withdraw_deduction(actor: Actor, deduction_id: int, body: dict[str, Any]) -> Any:
    """Take back a deduction that was a mistake"""
    return deduction_services.withdraw(actor, deduction_id=deduction_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/deductions/<id:deduction_id>/appeal",
    permission=ANSWER,
    body=DeductionAppealIn,
    out=DeductionOut,
    status=201,
)
def appeal(actor: Actor, deduction_id: int, body: dict[str, Any]) -> Any:
    """Say for the contractor why a deduction is wrong"""
    return deduction_services.appeal(actor, deduction_id=deduction_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/appeals/<id:appeal_id>/withdraw",
    permission=ANSWER,
    out=DeductionOut,
)
def withdraw_appeal(actor: Actor, appeal_id: int) -> Any:
    """Take an appeal back"""
    return deduction_services.withdraw_appeal(actor, appeal_id=appeal_id)


@endpoint(
    blueprint,
    "POST",
    "/property/appeals/<id:appeal_id>/review",
    permission=ASSESS,
    body=DeductionOutcomeIn,
    out=DeductionOut,
)
def review_appeal(actor: Actor, appeal_id: int, body: dict[str, Any]) -> Any:
    """The first review (初审) of an appeal"""
    return deduction_services.review(actor, appeal_id=appeal_id, **body)


@endpoint(
    blueprint,
    "POST",
    "/property/appeals/<id:appeal_id>/decide",
    permission=REVIEW,
    body=DeductionOutcomeIn,
    out=DeductionOut,
)
def decide_appeal(actor: Actor, appeal_id: int, body: dict[str, Any]) -> Any:
    """The second review (复核) of an appeal, which decides"""
    return deduction_services.decide(actor, appeal_id=appeal_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/contractor-checks",
    permission=READ,
    query=ContractorChecksQuery,
    out=ContractorCheckRowOut,
    many=True,
)
def list_checks(actor: Actor, query: dict[str, Any]) -> Any:
    """Inspections of contractors by sheet, the latest first"""
    return check_queries.page_checks(actor, **query)


@endpoint(
    blueprint,
    "POST",
    "/property/contractor-checks",
    permission=ASSESS,
    body=ContractorCheckIn,
    out=ContractorCheckOut,
    status=201,
)
def open_check(actor: Actor, body: dict[str, Any]) -> Any:
    """Begin to inspect a contractor by a sheet"""
    return check_services.open_check(actor, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/contractor-checks/<id:check_id>",
    permission=READ,
    out=ContractorCheckOut,
)
def get_check(actor: Actor, check_id: int) -> Any:
    """All of an inspection by sheet"""
    return check_queries.get_check(actor, check_id)


@endpoint(
    blueprint,
    "PUT",
    "/property/contractor-checks/<id:check_id>/marks",
    permission=ASSESS,
    body=ContractorCheckMarksIn,
    out=ContractorCheckOut,
)
def score_check(actor: Actor, check_id: int, body: dict[str, Any]) -> Any:
    """Give items their scores"""
    marks, photo_ids = marks_of(body["marks"]), body["photo_ids"]
    return check_services.score(actor, check_id=check_id, marks=marks, photo_ids=photo_ids)


@endpoint(
    blueprint,
    "POST",
    "/property/contractor-checks/<id:check_id>/close",
    permission=ASSESS,
    out=ContractorCheckOut,
)
def close_check(actor: Actor, check_id: int) -> Any:
    """End an inspection: it has its score"""
    return check_services.close(actor, check_id=check_id)


@endpoint(
    blueprint,
    "POST",
    "/property/contractor-checks/<id:check_id>/void",
    permission=ASSESS,
    body=ContractorCheckVoidIn,
    out=ContractorCheckOut,
)
def void_check(actor: Actor, check_id: int, body: dict[str, Any]) -> Any:
    """Say that an inspection does not count"""
    return check_services.void(actor, check_id=check_id, **body)


@endpoint(
    blueprint,
    "GET",
    "/property/score-sheets",
    permission=ASSESS,
    out=ScoreSheetVersionHeadOut,
    many=True,
)
def list_sheets(actor: Actor) -> Any:
    """The version of each score sheet that counts today"""
    return assessment_queries.sheets_in_force(actor)


@endpoint(
    blueprint,
    "GET",
    "/property/score-sheets/<id:version_id>",
    permission=READ,
    out=ScaledSheetOut,
)
def get_sheet(actor: Actor, version_id: int) -> Any:
    """A version of a sheet with how its items are scored"""
    return assessment_queries.scaled_sheet(actor, version_id)


@endpoint(
    blueprint,
    "PUT",
    "/property/score-sheets/<id:version_id>/scales",
    permission=Permission.CONTRACTORS_MANAGE,
    body=ScalesIn,
    out=ScaledSheetOut,
)
def change_scales(actor: Actor, version_id: int, body: dict[str, Any]) -> Any:
    """Say how items of a version are scored, until something was locked by it"""
    return assessment_services.change_scales(actor, version_id=version_id, **body)


@endpoint(blueprint, "GET", "/property/score-metrics", permission=READ, out=MetricOut, many=True)
def list_metrics(actor: Actor) -> Any:
    """The metrics that an item may name"""
    return assessment_queries.list_metrics(actor)
