"""通报: what a month or a quarter of weighing and evaluation came to, told to everybody.

Vocabulary: a *bulletin* covers one period of one kind (monthly, quarterly), all canteens, and for a quarter
the evaluated units. Its *figures* are copied into it at drafting, as data; its *summary* is sentences made
from the figures; its *texts* (引言, 存在问题, 下一步要求) are written by people. A *version* after the first
corrects the one before it and says why.

Invariants: draft → submitted → published, or returned and submitted again; who drafted it does not publish
it, unless a rule allows that; a published bulletin and its documents never change (triggers); every figure of
a document is read from the frozen figures, and every ratio is made from sums, with its coverage.
"""
