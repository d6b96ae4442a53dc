"""Work orders (工单): from a report to a repair that was accepted and rated.

An *order* is reported for a place or an asset under a category; it is *triaged* (受理), *dispatched* (派单)
to a group or worker or *grabbed* (抢单), *accepted* (接单), worked on, perhaps *held* (挂起), *finished*
(待验收), *verified* (验收) or sent back for *rework* (返工), *rated*, and closed. A *cycle* is one run from
report to completion; *reopening* (重开) begins the next. An *event* is one entry of its timeline
(append-only). An order may be split into *parts*, and a *duplicate* follows its *master*.

Invariants:
- States change by the table in `policies` alone; everything else is a conflict that changes nothing.
- Orders are locked by rising id, then the worker's row, then clocks; who moves an order holds its row.
- Only one person takes an order on: the row's lock and its state decide.
- Nobody verifies or rates what they handled.
- Its clocks are `service_levels`'; its verdicts are apart from its state.
- `work_order_days` is what the orders themselves would add up to; both are written in one unit of work.
"""
