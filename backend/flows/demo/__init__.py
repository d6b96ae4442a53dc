"""The demo: a believable compound, with a past of 400 days, menus for two weeks and orders under way.

`plan` makes everything as plain data, from a fixed random seed, the calendar and the present instant;
`tables` turns it into rows; `loading` inserts them; `seeding` is the entry. The lists that it draws from are
data in `names`, `organisation`, `dishes` and `kitchens`.

Invariants, which the tests prove by SQL of their own: every entry of the ledger sums to zero, balances are
the sums of their postings and were never negative; counters and prep lists are the sums of order lines;
canteens that rest on rest days have no meal on them; who rated had picked up; the first hundred officials
have ordered nothing for today and later, so that visitors and tests can. Everybody in it is made up.
"""

from datetime import datetime

from backend import clock
from backend.flows.demo.organisation import DEMO_PASSWORD, DEMO_SECRET, FIXED_ACCOUNTS
from backend.flows.demo.seeding import DemoReport, seed
from backend.identity.second_factor.policies import code_at

__all__ = ["DEMO_PASSWORD", "DEMO_SECRET", "FIXED_ACCOUNTS", "DemoReport", "demo_code", "seed"]


def demo_code(now: datetime | None = None) -> str:
    """What the authenticator app of the fixed accounts shows now. Public: everybody is invited."""
    return code_at(DEMO_SECRET, now or clock.now())
