"""公务接待: meals for official guests of a department, which the department pays.

Vocabulary: a *letter* (公函) announces the guests; a *companion* (陪餐人员) is a member of staff who dines
with them; the *standard* is the most that the meal may cost per head; the *sheet* (接待清单) is the voucher.

Invariants: nothing without a letter; companions, cost per head and what may be on the table are limited
(党政机关国内公务接待管理规定 §10, 湖南株洲 2014 for the third; see `policies`); nobody approves their own
request, and none is approved once its meal has begun; a reception is served exactly as long as one entry of
the ledger, department to canteen, stands for it.
"""
