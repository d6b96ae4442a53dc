"""The register of equipment (设备台账).

An *asset* is of a *kind* (电梯, 空调机组 …), stands at a place, may be kept by a contractor and under
*warranty* until a day. It bears a plate of its own: a QR code that opens its page and a report about it; the
place where it stands has another one. A plate is replaced, never changed: the old token is answered with 410
for ever.

An asset is never deleted: it is in use, stopped, or scrapped. What happened to it (changes, moves, states) is
its history, which is only ever added to; what was reported about it, and what that cost, stands in the work
orders.
"""
