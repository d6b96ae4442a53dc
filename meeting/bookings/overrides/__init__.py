"""Priority (优先调整): a meeting asks for a room that others have, and a leader may let it displace them.

Vocabulary: the *wanting* occurrences are those of the asker's booking that were not had because others have
the room (`conflict`); the *displaced* ones are theirs. Invariants: nobody decides what they asked for; what
the leader agreed to is what is displaced, or the decision begins anew; the displaced are told, with what
else is free, in the unit in which the room changes hands.
"""
