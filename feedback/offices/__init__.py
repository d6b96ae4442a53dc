"""Handling offices (承办单位): who takes care of which demands, and who works there.

Vocabulary: an *office* is a section of logistics, a team or a contractor's desk; its *members* handle what it
is assigned, its *leads* (负责人) are told when time runs out.

Invariants: a member is an active member of staff when added, and handles only while they hold
`reports.handle`; an office is closed, never deleted. Figures rank offices, never members.
"""
