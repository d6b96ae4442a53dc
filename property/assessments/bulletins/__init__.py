"""Bulletins (通报) of a month or quarter of assessments: contractors are ranked, persons are not named.

Invariants: one bulletin per period and version; it tells locked versions only; who drafted or submitted it
does not sign it off; once published it never changes (a trigger), and a correction is a version that says
why.
"""
