"""The daily checklist (六常六天): a canteen's items, and what was found at each station on each day."""
