"""What an inspector is handed: every ledger of a canteen and a period in one PDF and one workbook.

Nothing is kept here: sections are read through the queries of the slices below. Health is never told but as
an outcome (上岗, 不得上岗). Each export is audited. How long what must be kept is in `retention`: rules of
minima, before which nothing is deleted.
"""
