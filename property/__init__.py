"""Property: work orders, service levels, inspections, contractors. Not built yet."""
