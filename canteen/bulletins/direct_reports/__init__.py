"""数据统计直报: a published bulletin's figures to a superior platform, and those of others to us.

`waste-report.schema.json` is the contract of both directions; `docs/reporting.md` explains it. A report is
known by (unit, period, version): the same again is answered with the first receipt, another content under the
same version is refused, a newer version takes the place of an older one.
"""
