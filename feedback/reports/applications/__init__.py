"""What a handling office asks for (承办申请), and who decides.

*Objection* (派单异议): it is not ours; heard, the report goes to another office, or back to the desk, and the
office that had it stays responsible until another has taken it over (首接负责). *Extension* (延期): a later
due, told to the reporter with the reason. *Suspension* (挂账): it can not be solved for now; the answer clock
stands still, and every quarter somebody looks at it again (复查).

Invariants:
- One application of a kind waits for a report at a time. Nobody decides what they asked for.
- No clock is ever reset: an objection leaves it running, an extension moves its due, a suspension pauses it.
- What was asked for a report that has gone another way since can not be approved any more.
"""
