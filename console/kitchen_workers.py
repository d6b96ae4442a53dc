"""从业人员: who works in the kitchen, with their health certificates and the notice that they were given."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, PageQuery
from canteen.food_safety.workers import listing, queries
from canteen.food_safety.workers.policies import STATE_NAMES, CertificateState
from canteen.food_safety.workers.titles import BASIS_NAMES, NOTICE_TEXT, NOTICE_VERSION
from canteen.menu import queries as menu_queries
from canteen.menu.policies import covers
from canteen.menu.queries import CanteenChoice
from console import scope
from console.pages import page, pages, render

blueprint = pages("console_kitchen_workers", __name__)

READ, MANAGE = Permission.SAFETY_READ, Permission.SAFETY_MANAGE
_TITLE: Final = "从业人员"
_PATH: Final = "/food-safety/workers"
_ONE: Final = f"{_PATH}/<id:worker_id>"
CERTIFICATE_TONES: Final = {
    CertificateState.VALID: "green",
    CertificateState.EXPIRING: "yellow",
    CertificateState.EXPIRED: "red",
    CertificateState.MISSING: "red",
}
_JOBS: Final = ("厨师长", "厨师", "面点师", "切配", "洗消", "打荷", "服务员", "库管", "采购")


class WorkersPage(PageQuery):
    """Which workers; by default those who are there."""

    is_active = Bool(load_default=None, allow_none=True)
    certificate_state = Choice(CertificateState)


@page(blueprint, _PATH, permission=READ, query=WorkersPage, at_canteen=_TITLE)
def workers(actor: Actor, canteen: CanteenChoice, query: dict[str, Any]) -> str:
    """A kitchen's workers by name, with the certificates that count."""
    ending = queries.expiring_certificates(canteen.id, clock.today())
    return render(
        "food_safety/workers.html",
        found=listing.list_workers(actor, canteen_id=canteen.id, **query),
        query=query,
        expired=[each for each in ending if each.state == CertificateState.EXPIRED],
        expiring=[each for each in ending if each.state == CertificateState.EXPIRING],
        warn_days=queries.warn_days(canteen.id),
        may_manage=scope.covers(actor, MANAGE),
        **_words(),
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE, at_canteen=_TITLE)
def new(actor: Actor, canteen: CanteenChoice) -> str:
    """The form of a new worker."""
    return render("food_safety/worker_form.html", worker=None, canteen=canteen, **_words())


@page(blueprint, _ONE, permission=READ)
def worker(actor: Actor, worker_id: int) -> str:
    """One worker with all certificates."""
    found = listing.get_worker(actor, worker_id)
    canteen = menu_queries.get_canteen(found.canteen_id)
    return render(
        "food_safety/worker.html",
        worker=found,
        may_manage=covers(actor, MANAGE, canteen),
        notice_version=NOTICE_VERSION,
        **_words(),
    )


@page(blueprint, f"{_ONE}/edit", permission=MANAGE)
def edit(actor: Actor, worker_id: int) -> str:
    """The form of a worker."""
    found = listing.get_worker(actor, worker_id)
    return render("food_safety/worker_form.html", worker=found, canteen=None, **_words())


@page(blueprint, f"{_ONE}/certificates/new", permission=MANAGE)
def new_certificate(actor: Actor, worker_id: int) -> str:
    """The form of a certificate."""
    found = listing.get_worker(actor, worker_id)
    return render("food_safety/certificate_form.html", worker=found, **_words())


@page(blueprint, f"{_ONE}/certificates/<id:certificate_id>/withdraw", permission=MANAGE)
def withdraw(actor: Actor, worker_id: int, certificate_id: int) -> str:
    """The form that takes back a certificate that was entered wrongly."""
    found = listing.get_worker(actor, worker_id)
    row = queries.find_certificate(actor, certificate_id)
    return render("food_safety/certificate_withdraw.html", worker=found, certificate=row, **_words())


@page(blueprint, f"{_ONE}/notice", permission=MANAGE)
def notice(actor: Actor, worker_id: int) -> str:
    """The notice, to be read out or shown, and the form that notes it."""
    return render(
        "food_safety/worker_notice.html",
        worker=listing.get_worker(actor, worker_id),
        text=NOTICE_TEXT,
        version=NOTICE_VERSION,
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "basis_names": BASIS_NAMES,
        "certificate_names": STATE_NAMES,
        "certificate_tones": CERTIFICATE_TONES,
        "jobs": _JOBS,
        "today": clock.today(),
    }
