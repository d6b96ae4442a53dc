"""Escalations (超时升级): who is told when a clock has run to 50, 80, 100 or 120 per cent of its time.

Each *step* has a *level*: those who handle it, the office's leads (负责人), the desk, whoever approves where
the report is (分管领导). A step fires once per clock; where a level has nobody, the next above is told, and
above the last the nearest below. Nothing fires while a clock stands still. No message names who reported.
"""
