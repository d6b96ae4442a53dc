"""What people are told of their personal data, what they agree to, and what they ask about it (PIPL).

Vocabulary: a *policy* (隐私政策) is one published version of what people are told; a *consent* is one
decision, yes or no, about one *topic*; a *data request* is a person's wish to have their data erased,
corrected or restricted, which the privacy officer answers.

Invariants: versions and consents are append-only (a trigger refuses changes): the latest version holds, the
latest decision about it counts, and a new version asks again. A refusal takes nothing away: meals, accounts
and duties rest on the employer's statutory duty (PIPL §13(2)(3), §34), so the phone asks and goes on.
A data request is answered once. An erasure is done only for who has left; the roster row, the ledger, the
orders and the trail stay, because accounting and security law ask for them.
"""
