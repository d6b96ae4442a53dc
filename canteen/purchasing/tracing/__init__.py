"""Traceability (追溯), from a batch to its diners and from a dish to its batches.

Vocabulary: *forward*, what batches reached: meals, dishes, people; *backward*, of which batches a dish or a
meal was made. A dish is reached *certainly* where the issue named it; otherwise it may have been.

Invariants:
- What came back to store, or was issued by mistake and taken back, reached nobody.
- An issue without a dish reaches every dish of its meal of whose recipe the ingredient is part, or every dish
  of it where recipes say nothing; one without a meal every meal served from then until the end of the next
  day. A trace rather names too many than too few.
- Figures are anybody's who reads purchasing; who the diners are is read by SAFETY_MANAGE alone, and recorded.

Recipes and trays stand above this slice: they are asked through `dishes` and `eaters`.
"""
