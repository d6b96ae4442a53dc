"""投诉建议 about the product itself: any member of staff writes, administrators answer.

States: open → replied (by the first reply) → closed; nothing is closed without an answer. Whoever wrote stays
unknown to the administrators unless they agreed to be contacted: replies reach them in the app in any case.
For the same reason the trail records replies and closings, but not who wrote.
"""
