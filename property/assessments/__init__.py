"""The assessment of contractors (服务商考核): a score for each month of a contract, and what it is paid.

An *assessment* is a contract's month. It has *versions*: one is open, until it is *locked*; a *correction*
is the next one, which names the one that it corrects and says why. A version is filled by a version of a
score sheet (`backend/scoresheets`), item by item (*lines*): a *metric* is measured by the system and scored
by the item's *scale* (linear from a floor to a target); what people judge starts with full points. A
*deduction* (扣分) takes points of such an item, with evidence; the contractor may *appeal* (申诉) within its
window, a *first review* (初审) proposes and a *second review* (复核) of another person decides. An item that
nothing happened for, or whose service the contract does not cover, does *not apply*, and the rest is scaled
up. A *check* is an inspection of a contractor by a sheet (六常六天, 目标考核); a *bulletin* (通报) tells the
scores of a month or quarter.

Slices, from the lowest: this package (tables, rules, words), `checks`, `deductions`, `months`, `bulletins`.

Invariants:
- A locked version and what it was counted from never change: triggers refuse it. An appeal that is decided
  afterwards changes the deduction, not the version; only a correction does, and says so.
- Nothing is locked while an appeal is open, nor before the month is over.
- Who made a deduction does not review its appeal; who reviewed it first does not decide it; who speaks for a
  contractor neither assesses nor reviews it.
- Points are tenths, shares tenths of a per cent, money fen; what is paid is rounded once, half up.
"""
