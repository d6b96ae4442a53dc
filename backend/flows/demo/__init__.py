"""The demo: a believable compound, with a past of 400 days, menus for two weeks and orders under way.

`plan` makes everything as plain data, from a fixed random seed, the calendar and the present instant;
`tables` turns it into rows, with a module for each thing beyond orders; `loading` inserts them; `seeding` is
the entry. The lists that it draws from are data in `names`, `organisation`, `dishes` and `kitchens`.

Where things stand when it is seeded, so that the jobs find an orderly house and visitors something to do:
- subsidies expire by the quarter, and have at the end of each past one; the month is granted. What is left
  at the next quarter's end is a quarter's savings, and everybody is warned a week before, as in real life;
- months are settled and signed up to the last but two, the last but one is closed and waits for its
  signatures, the last is a draft that can be closed;
- absences and a missed meal's appeal wait for a decision, as do receptions and a request about personal data;
  one reception of the past waits for its registration;
- canteen 2 limits its takeaways by window since two weeks, canteen 3 feeds who walks in;
- standing orders have been given but not taken up: the scheduler orders within minutes;
- the official 1001 has something of everything: a missed meal to appeal, an order offered by a colleague and
  one placed for another, consents, a paused standing order, leave, receptions, a request; demands to rate, in
  hand and unnamed, small services, two notices to open, a survey to answer;
- demands wait at the desk and with offices, some late, one supervised; an extension, an objection and the
  opening of a seal wait for a decision; five bulletins of services are out, the present month's is a draft.

Invariants, which the tests prove by SQL of their own: every entry of the ledger sums to zero, balances are
the sums of their postings and were never negative; counters and prep lists are the sums of order lines;
canteens that rest on rest days have no meal on them; who rated had picked up; the first hundred officials
have ordered nothing for today and later, so that visitors and tests can; what was closed is what the ledger
says; who was excused was away, and who is away is not expected. Everybody in it is made up.
"""

from datetime import datetime

from backend import clock
from backend.flows.demo.seeding import DemoReport, seed
from backend.flows.demo_accounts import DEMO_PASSWORD, DEMO_SECRET, FIXED_ACCOUNTS
from backend.identity.second_factor.policies import code_at

__all__ = ["DEMO_PASSWORD", "DEMO_SECRET", "FIXED_ACCOUNTS", "DemoReport", "demo_code", "seed"]


def demo_code(now: datetime | None = None) -> str:
    """What the authenticator app of the fixed accounts shows now. Public: everybody is invited."""
    return code_at(DEMO_SECRET, now or clock.now())
