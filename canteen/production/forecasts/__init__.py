"""Forecasts (备餐预测): diners of a meal and portions of a dish.

Vocabulary: so many were *booked* when ordering closed; those of them who *attended* and the *walk-ins* who
ate without a booking make up the *diners*. The guests of receptions are provided for by name and no part of
it. A forecast has a *horizon* (次日, with the bookings where ordering has closed; 下周, before), an
expectation, an interval, and for a *service level* (保障率) the number of diners to cook for: at 80 % there
is enough on four days of five. `methods` is the mathematics, `backtest` its proof (`flask forecast
backtest`).

Invariants: a forecast is made from days before its own alone, and before its meal begins; it is never
changed, but for what really came, which is filled in afterwards. A later one stands beside it.
"""
