"""The roster as administrators keep it: departments and members of staff.

Phone, ID and card numbers leave masked; telling one in the clear asks for a reason and is recorded.
What an actor may do follows from status, primary department and grants: a change of these ends the
sessions, any other change does not.
"""
