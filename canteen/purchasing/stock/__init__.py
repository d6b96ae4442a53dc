"""The store: receipts (验收), batches (批次), issues, counts and losses.

Vocabulary: a *receipt* (进货查验) is what a supplier brought, line by line; what of it was accepted becomes
*batches*; a *movement* is what changed one batch. An *issue* takes from the batch that expires first (FEFO).
A *hold* blocks a batch. A *count* (盘点) compares the books with what lies there.

Invariants:
- A batch's remaining grams and remaining cost are the sums of its movements, and never below 0.
- Movements are only ever added; a mistake is taken back by another movement that names it.
- What an issue costs is its share of what the batch has left; the last gram takes the rest of the cost.
- Nothing is issued of a batch that is blocked or past its last day, nor out of order without a word.
- Who received goods does not check them as the second person; who counted does not approve the differences.

Locks: an order's lines (of `orders`) first, then the receipt or the count, then batches by rising id.
"""
