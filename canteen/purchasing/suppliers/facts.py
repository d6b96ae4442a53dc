"""What suppliers delivered, as higher slices count it: they look down on this one, and hand it in here."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from canteen.purchasing.suppliers.policies import Facts

# What every supplier delivered from a day on to before another one.
Counter: TypeAlias = Callable[[date, date], Mapping[int, Facts]]

_counters: dict[str, Counter] = {}


def register(name: str, counter: Counter) -> None:
    """Let this be asked for what suppliers delivered; again under one name is harmless."""
    _counters[name] = counter


def count(first: date, after: date) -> dict[int, Facts]:
    """What each supplier delivered from `first` on to before `after`, of all counters together."""
    found: dict[int, Facts] = {}
    for counter in _counters.values():
        for supplier_id, facts in counter(first, after).items():
            known = found.get(supplier_id, Facts())
            found[supplier_id] = Facts(
                **{name: getattr(known, name) + getattr(facts, name) for name in Facts.__slots__}
            )
    return found
