"""From the outbox to the channels.

A dispatcher leases a few due rows in one unit of work, sends them outside of any, and records each result in
a unit of its own. Any number of dispatchers may run. What goes to one person over one channel is leased one
at a time, the urgent before the ordinary, the earlier before the later: WeChat refuses two at once (43108).

A dispatcher that dies between sending and recording leaves its row leased; another one takes it over when
the lease has run out, and sends it again: one duplicate at most for each death.
"""
