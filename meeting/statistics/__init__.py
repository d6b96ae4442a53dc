"""What meetings come to: occupancy, no-shows, cancellations, seats against heads, peak hours.

Vocabulary: a meeting is *booked* once nothing is to be approved, while neither cancelled nor displaced;
it is *held* when it has ended, and a *no-show* when its room was released because nobody signed in. Its
*planned* minutes are those that it was booked for; its *used* minutes run from its beginning, or from the
signing-in if that was later, until the room was given back.

Invariants: `meeting_days` and `meeting_hours` are what the meetings add up to, at the end of every unit of
work; they are written last in a unit and by rising key, so that units wait and never lock each other out.
`flask meeting check` proves it by SQL that shares nothing with the code that keeps them. Nothing is told of a
person, and nothing of a department with fewer than five people.
"""
