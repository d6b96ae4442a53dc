"""The rates of the reports: 响应率, 办结率, 按时办结率, 解决率, 满意率 (rules-and-figures §4).

Every rate has its numerator and denominator, and tells what it covers. All figures of some days are those of
the reports submitted on these days, as they stand now; what has run out of time and is still open counts as
due, too. Silence is 未参评, shown apart, and never satisfied. Below five outcomes or ratings, nothing is said
of them. No figure is told of a person.
"""
