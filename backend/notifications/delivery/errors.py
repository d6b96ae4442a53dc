"""What goes wrong between dispatchers. Nobody sees these."""


class LeaseClash(Exception):
    """Another dispatcher has just leased a message to the same person over the same channel."""
