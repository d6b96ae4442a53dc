"""Reports (诉求: 随手拍, 投诉, 建议, 微管家): from a photograph to an answer that its reporter judges.

A *report* is *submitted* (待审核), *accepted* (已受理), *assigned* to an office (转办) or put into a work
order (转工单), *replied* to (已答复), *rated* (待评价) and closed (已办结); or it is *rejected*, *withdrawn*,
*suspended* (挂账), *hidden*, or a *duplicate* that follows its *master*. A *cycle* is one run from submission
to reply; *reopening* begins the next. An *event* is one entry of its timeline (append-only). *Followers*
met the same (我也遇到).

Invariants:
- States change by the table in `policies` alone; everything else is a conflict that changes nothing.
- Reports are locked by rising id, then clocks; who moves a report holds its row.
- Who an unnamed reporter is stands sealed in the row alone: no list, detail, export, event, audit row or
  message of it names or hints at them. `sealing` opens it for telling them and for their own checks only.
- What is not the actor's to know of does not exist: 404.
- Its clocks are `deadlines`'; its verdicts are apart from its state.
- `report_days` is what the reports themselves would add up to; both are written in one unit of work.
- Nothing is shown to everybody unless a person has published it.
"""
