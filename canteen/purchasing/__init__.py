"""Purchasing and stock (采购仓储): what is bought, from whom, what is in store, and where it went.

Slices, from the lowest: `ingredients` (食材), `suppliers` (供应商), `orders` (采购申请 and 采购单),
`stock` (库存) and `tracing` (追溯).
"""
