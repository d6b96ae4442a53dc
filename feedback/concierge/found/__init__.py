"""失物招领: the board of things that were found, until their owners claim them.

Everybody reads what waits; who keeps the catalogue puts things there. A thing is claimed by a request of the
service `lost_found`; handing it over to one of those who claimed it ends its time on the board, once for all.
"""
