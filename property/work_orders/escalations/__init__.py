"""Escalations (超时升级): who is told when a clock has run to 50, 80, 100 or 120 per cent of its time.

Each *step* has a *level*: the handler, the group's lead (班组长), the section (whoever dispatches where the
order is), the leader (分管领导: whoever approves there). A step fires once per clock; where a level has
nobody, the next above is told, and above the last the nearest below. Nothing fires while a clock stands
still. What is urgent must be acknowledged: one after another is called until somebody does.
"""
