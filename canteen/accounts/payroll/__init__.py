"""Payments from the payroll, imported as a sheet.

Columns: 工号 姓名 金额（元） 备注. An import is all or nothing, reports every fault by row and column, and
books to the personal bucket. A *batch* is one import, named by the payroll's own number.

Invariants: a batch number is booked once, and so is a file (SHA-256); the same both again change nothing and
say so. A name that is not the roster's, somebody who is not active, the importer's own row, an amount of more
than two decimals or beyond the rule's limit, and a person named twice are faults of their rows.
"""
