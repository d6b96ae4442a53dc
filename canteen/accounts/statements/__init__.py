"""What a month did to an account.

Invariant: for each bucket, opening + in - out = closing, and the entries sum to closing - opening. All of a
statement is read by one SQL statement, so that it shows one moment. Opening and closing are reckoned back
from the balance over what was booked since, so that the cost does not grow with history.
"""
