"""What ordering tells people by itself: that their meal is about to begin, and that there is a new menu.

Both run every few minutes over what the database says, and tell each person once: a run that comes late, or
twice, does no harm.
"""
