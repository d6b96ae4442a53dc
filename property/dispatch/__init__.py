"""The dispatch board (调度台): what waits to be given out, who could take it, and giving out many at once.

The *queue* is what waits for a dispatcher or for somebody to take it on: 待受理, 待派单, 待接单, and
orders whose hold waits for approval. It is sorted by *due*: the end of the response clock while that is
open, else of the resolution clock. A *suggestion* is a worker or a group for one order, with the reasons in
words. A worker's *load* counts what is theirs to do: 待接单, 处理中 and 挂起.

Invariants:
- The board reads; every change of an order is `work_orders`' own.
- Orders are shown where the dispatcher's permission reaches; loads are the whole compound's, as capacity is.
- Nobody leaves a group, and no group goes out of use, while open orders are theirs.
"""
