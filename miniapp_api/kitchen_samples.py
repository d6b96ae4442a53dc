"""Food samples: a tap per dish, labels, what lacks one, and what may be disposed of."""

from typing import Any, Final

from flask_smorest import Blueprint

from backend.actor import Actor, Permission
from backend.answers import File
from backend.http import endpoint
from canteen.food_safety.samples import boards, documents, queries, services
from canteen.food_safety.samples.schemas import (
    DisposalIn,
    DueSamplesQuery,
    FoodSampleOut,
    FoodSamplesOut,
    LabelsQuery,
    Layout,
    MissingSampleOut,
    MissingSamplesQuery,
    SampleReasonIn,
    SampleSheetOut,
    SampleSheetQuery,
    SamplesIn,
    SamplesQuery,
    SampleWaiverIn,
    SampleWaiverOut,
)

blueprint = Blueprint("kitchen_samples", __name__, description="食品留样")

SAMPLES: Final = "/canteen/kitchen/samples"
PDF: Final = "application/pdf"
READ, RECORD, SELF = Permission.SAFETY_READ, Permission.SAFETY_RECORD, Permission.SELF


@endpoint(blueprint, "GET", f"{SAMPLES}/sheet", permission=RECORD, query=SampleSheetQuery, out=SampleSheetOut)
def get_sample_sheet(actor: Actor, query: dict[str, Any]) -> Any:
    """The dishes of a day's meals with their samples"""
    return boards.get_sheet(actor, **query)


@endpoint(blueprint, "POST", SAMPLES, permission=RECORD, body=SamplesIn, out=FoodSamplesOut, status=201)
def take_samples(actor: Actor, body: dict[str, Any]) -> Any:
    """Enter samples of a meal: all of them, or nothing"""
    return services.take(actor, **body)


@endpoint(blueprint, "GET", SAMPLES, permission=READ, query=SamplesQuery, out=FoodSampleOut, many=True)
def list_samples(actor: Actor, query: dict[str, Any]) -> Any:
    """A canteen's samples, the latest meal first"""
    state = query.pop("state", None)
    return queries.list_samples(actor, **query, state=state.value if state is not None else None)


@endpoint(
    blueprint,
    "GET",
    f"{SAMPLES}/due",
    permission=SELF,
    query=DueSamplesQuery,
    out=FoodSampleOut,
    many=True,
)
def list_due_samples(actor: Actor, query: dict[str, Any]) -> Any:
    """What may be disposed of where one works with samples, the oldest first"""
    return queries.list_due(actor, **query)


@endpoint(
    blueprint,
    "GET",
    f"{SAMPLES}/missing",
    permission=READ,
    query=MissingSamplesQuery,
    out=MissingSampleOut,
    many=True,
)
def list_missing_samples(actor: Actor, query: dict[str, Any]) -> Any:
    """The served dishes without a sample, the latest day first"""
    return boards.list_missing(actor, **query)


@endpoint(blueprint, "GET", f"{SAMPLES}/<id:sample_id>", permission=SELF, out=FoodSampleOut)
def get_sample(actor: Actor, sample_id: int) -> Any:
    """One sample, where one works with them"""
    return queries.get_sample(actor, sample_id)


@endpoint(blueprint, "GET", f"{SAMPLES}/by-code/<code>", permission=SELF, out=FoodSampleOut)
def get_sample_by_code(actor: Actor, code: str) -> Any:
    """The sample of a label that was scanned or typed"""
    return queries.get_by_code(actor, code)


@endpoint(blueprint, "POST", f"{SAMPLES}/dispose", permission=RECORD, body=DisposalIn, out=FoodSamplesOut)
def dispose_of_samples(actor: Actor, body: dict[str, Any]) -> Any:
    """Dispose of samples whose hours are over: all of them, or none"""
    return services.dispose(actor, **body)


@endpoint(
    blueprint,
    "POST",
    f"{SAMPLES}/<id:sample_id>/void",
    permission=RECORD,
    body=SampleReasonIn,
    out=FoodSampleOut,
)
def void_sample(actor: Actor, sample_id: int, body: dict[str, Any]) -> Any:
    """Take back a wrong entry"""
    return services.void(actor, sample_id=sample_id, **body)


@endpoint(
    blueprint,
    "POST",
    f"{SAMPLES}/waivers",
    permission=RECORD,
    body=SampleWaiverIn,
    out=SampleWaiverOut,
    status=201,
)
def waive_sample(actor: Actor, body: dict[str, Any]) -> Any:
    """Say why a dish of a meal needs no sample"""
    return services.waive(actor, **body)


@endpoint(blueprint, "DELETE", f"{SAMPLES}/waivers/<id:waiver_id>", permission=RECORD)
def drop_sample_waiver(actor: Actor, waiver_id: int) -> Any:
    """The dish needs a sample after all"""
    services.drop_waiver(actor, waiver_id=waiver_id)


@endpoint(blueprint, "GET", f"{SAMPLES}/labels/pdf", permission=SELF, query=LabelsQuery, file=PDF)
def print_sample_labels(actor: Actor, query: dict[str, Any]) -> File:
    """Labels of 62 × 40 mm with QR codes, of named samples or of a day's"""
    layout = query.pop("layout")
    samples = services.labels(actor, **query)
    content = documents.labels_pdf(samples, is_roll=layout is Layout.ROLL, printed_by=actor.name)
    return File(content, "留样标签.pdf", PDF)
