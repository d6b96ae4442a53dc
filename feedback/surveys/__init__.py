"""Surveys (问卷调查): what those who were asked think, without anybody knowing who said what.

Vocabulary: the *audience* is whom a survey is meant for (everybody, departments with all below them,
campuses, roles); at the opening its members, or a random *sample* of them drawn evenly by campus, become the
*invited*. A *response* is one person's answers. The *segment* is the one thing by which a survey's results
may be told apart: nothing, the campus, or the department; a *label* is what of it a response bears.

The roster knows no campus: a person is of the campus on which their department, or the nearest one above it,
has its only seat (feedback/notices); of a department with several seats, or with none, nobody can tell.

Invariants (docs/adr/0032): the sample is drawn once, and whoever is invited answers once. A response bears a
random identifier, no person, no instant and no label that fewer than five of the invited share; neither the
audit trail nor a stored answer leads to it. There are no results before the survey has stopped, none of
fewer than five, and none that could be reckoned out of others in the same answer. What stops forgets who was
invited and who has answered; only the counts stay. No question must be answered, nobody is reminded, and no
list says who has not answered: silence is 未参评.
"""
