"""The meal account: a double-entry, append-only ledger in fen.

Vocabulary: a *bucket* is a part of a person's balance with its own source, 财政补贴 `subsidy` or 个人充值
`personal`; an *entry* is one event of the ledger, its *postings* move fen between accounts and sum to zero.

Invariants: entries and postings are never changed or deleted (a trigger refuses it); a correction is a new
entry that names the old one; a balance is the sum of its postings and never negative (a constraint says so).
"""
