"""What work orders cost: materials from stores, labour, and everything else.

A *material* (材料) stands in one priced list for the whole compound; a change of its price is a row of
its own. A *store* (仓库) holds a *stock* of each, in hundredths of the material's unit; a *movement* (出入库)
says what changed it: a *delivery* (入库), an *issue* to an order (领用), a *return* from it (退库), or a
*count* (盘点). A *cost line* of an order is material from a store, a worker's minutes, or some other expense,
at the price of the moment; together they are its *bill*. An *estimate* (报价) asks an approver to agree to
what costs more than the limit.

Invariants:
- Movements and prices are never changed or deleted (a trigger refuses it); what a stock says is the sum of
  its movements, and is written in the same unit of work.
- No stock falls below zero: the update's own condition decides, and a constraint stands behind it.
- A line's price never changes after it was added. A line is removed, never deleted; its material goes back to
  where it came from.
- The order says what its bill comes to: nothing where the work is under warranty, though the bill stands.
- Nobody agrees to an estimate of their own, or of an order that they work on.
"""
