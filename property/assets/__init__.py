"""The register of equipment (设备台账).

An *asset* is of a *kind* (电梯, 空调机组 …), stands at a place, may be kept by a contractor and under *warranty*
until a day. It may bear a plate of its own: a QR code that opens its page and a report about it; the place where
it stands has another one. An asset is never deleted: it is in use, stopped, or scrapped. What happened to it
(moves, repairs, inspections) is its history, what repairs cost its cost.
"""
