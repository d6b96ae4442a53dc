"""供应商: the register, and one supplier with its licences, prices, orders and quarters."""

from typing import Any, Final

from backend import clock
from backend.actor import Actor, Permission
from backend.wire import Bool, Choice, PageQuery, Str
from canteen.purchasing.orders import views
from canteen.purchasing.suppliers import assessing, policies, pricing, queries
from canteen.purchasing.suppliers.errors import LicenceNotFound
from canteen.purchasing.suppliers.policies import Standing
from console.pages import page, pages, render
from console.purchase_words import WORDS, ingredient_choices

blueprint = pages("console_suppliers", __name__)

READ: Final = Permission.PURCHASING_READ
MANAGE: Final = Permission.PURCHASING_MANAGE
APPROVE: Final = Permission.PURCHASING_APPROVE
_PATH: Final = "/kitchen/suppliers"
_ONE: Final = f"{_PATH}/<id:supplier_id>"
_QUARTERS_SHOWN: Final = 8
_ORDERS_SHOWN: Final = 10


class SuppliersPage(PageQuery):
    """Which suppliers."""

    q = Str(max_length=60, load_default="")
    standing = Choice(Standing)
    is_assistance = Bool()


@page(blueprint, _PATH, permission=READ, query=SuppliersPage)
def suppliers(actor: Actor, query: dict[str, Any]) -> str:
    """The register by name."""
    return render(
        "purchasing/suppliers.html",
        found=queries.page_suppliers(**query),
        query=query,
        may_manage=actor.can(MANAGE),
        keeps=policies.keeps(actor, MANAGE),
        **WORDS,
    )


@page(blueprint, f"{_PATH}/new", permission=MANAGE)
def new(actor: Actor) -> str:
    """The form of a new supplier; who purchases for some canteens proposes one."""
    return render("purchasing/supplier_form.html", supplier=None, keeps=policies.keeps(actor, MANAGE))


@page(blueprint, _ONE, permission=READ)
def supplier(actor: Actor, supplier_id: int) -> str:
    """One supplier."""
    return render(
        "purchasing/supplier.html",
        supplier=queries.view(supplier_id),
        offers=pricing.offers_of(supplier_id, clock.today()),
        quarters=assessing.page_assessments(supplier_id=supplier_id, page_size=_QUARTERS_SHOWN).rows,
        orders=views.page_orders(actor, supplier_id=supplier_id, page_size=_ORDERS_SHOWN),
        may_manage=actor.can(MANAGE),
        keeps=policies.keeps(actor, MANAGE),
        may_block=policies.keeps(actor, APPROVE),
        **WORDS,
    )


@page(blueprint, f"{_ONE}/edit", permission=MANAGE, is_compound_wide=True)
def edit(actor: Actor, supplier_id: int) -> str:
    """The form that says anew what a supplier is."""
    return render("purchasing/supplier_form.html", supplier=queries.view(supplier_id), keeps=True)


@page(blueprint, f"{_ONE}/licences/new", permission=MANAGE, is_compound_wide=True)
def new_licence(actor: Actor, supplier_id: int) -> str:
    """The form of a licence."""
    return render("purchasing/licence_form.html", supplier=queries.view(supplier_id), licence=None, **WORDS)


@page(blueprint, f"{_ONE}/licences/<id:licence_id>", permission=MANAGE, is_compound_wide=True)
def edit_licence(actor: Actor, supplier_id: int, licence_id: int) -> str:
    """The forms that put a licence right, or withdraw it."""
    found = queries.view(supplier_id)
    licence = next((one for one in found.licences if one.id == licence_id), None)
    if licence is None:
        raise LicenceNotFound
    return render("purchasing/licence_form.html", supplier=found, licence=licence, **WORDS)


@page(blueprint, f"{_ONE}/prices/new", permission=MANAGE, is_compound_wide=True)
def new_price(actor: Actor, supplier_id: int) -> str:
    """The form of a price."""
    return render(
        "purchasing/price_form.html",
        supplier=queries.view(supplier_id),
        ingredients=ingredient_choices(),
        today=clock.today(),
    )
