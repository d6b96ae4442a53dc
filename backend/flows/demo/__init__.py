"""The demo: a believable compound, with a past of 400 days, menus for two weeks and orders under way.

`plan` makes everything as plain data, from a fixed random seed, the calendar and the present instant;
`tables` turns it into rows; `loading` inserts them; `seeding` is the entry. The lists that it draws from are
data in `names`, `organisation`, `dishes` and `kitchens`.

Invariants, which the tests prove by SQL of their own: every entry of the ledger sums to zero, balances are
the sums of their postings and were never negative; counters and prep lists are the sums of order lines;
canteens that rest on rest days have no meal on them; the first hundred officials have ordered nothing for
today and later, so that visitors and tests can. Everybody in it is made up.
"""

from backend.flows.demo.organisation import DEMO_PASSWORD, FIXED_ACCOUNTS
from backend.flows.demo.seeding import DemoReport, seed

__all__ = ["DEMO_PASSWORD", "FIXED_ACCOUNTS", "DemoReport", "seed"]
