"""Food samples (留样): what was served, kept for as long as somebody may fall ill of it.

Vocabulary: a *sample* is so many grams of one dish of one meal, in a fridge of its own, with a label whose
code leads to it. It is *kept* until it is *due*, 48 hours after it was taken; then it may be *disposed* of,
and when it stays longer it is *overdue*. A dish is *missing* when the menu or a reception served it and
nobody took a sample. An *extra* sample (补样) is a second one, with a word; a *waiver* says why a dish needs
none. A *lock* keeps a sample beyond its hours (an incident).

Invariants: no sample is lighter than the rule; none is disposed of before its hours are over, nor while a
lock is left; a dish has one sample that is not extra.
"""
