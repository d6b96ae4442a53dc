"""Score sheets (评分表) as versioned data, and what is scored by them.

A *sheet* is known by its code and stems from a source (a standard, a contract). It has *versions*: a draft
may be changed; a version *in force* from a day on may not, so that whatever was scored by it can be read
for ever as it was scored. An *item* (指标项) stands under one to three levels of indicators, is worth points
and says how it is judged and what proves it: a metric of the system, a document, a photo, or a look on the
spot. A *loss reason* (失分原因) is one of an item's catalogue, or free text.

A *scoring* (评分) is one filling of a version for an owner (a quarter's evaluation, an inspection, a
contractor's month), whose slice decides who may score. Once closed it has a total and a grade and never
changes. Points are integers of tenths (`*_tenths`).

Invariants:
- Versions in force, their items, reasons and grades never change; neither does a closed scoring. Triggers
  refuse it.
- An item's score lies within its points; less than all of them names a reason.
- An item that is not applicable (不适用) counts as the sheet says: with full marks, or left out of the total,
  which is then scaled up to the sheet's full marks, half up to a tenth of a point.
"""
