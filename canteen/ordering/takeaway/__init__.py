"""Takeaways: whether a canteen packs meals, what that costs, and the windows in which they are collected.

A *window* is a part [from, until) of the meal's serving hours; the last one may be shorter. Where a canteen
limits the orders per window, every takeaway takes one place of a window, and gives it back when it is
changed or cancelled. The place is a row's count, moved by one conditional statement, so that no window is
ever given to more than its limit. A window says when the meal is ready and when not to queue: it is handed
out within the meal's hours all the same.
"""
