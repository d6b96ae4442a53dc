"""Where things are: campuses (院区), buildings (楼宇), floors (楼层) and rooms (房间), and spots (点位).

A spot is a named place outside of rooms: a gate, a corridor, an equipment room, where an asset stands; it
lies on a campus, in a building or on a floor. Places are never deleted, only taken out of use, so that a
`(kind, id)` that another module keeps stays true; what lies below a place that is out of use is out of use
with it. Among the places below one parent a name is unique.

Each place may bear one plate (标牌): a QR code that leads to `/q/{token}`, and a short code to read out.
A plate is replaced by another one, never changed: the old token is answered with 410 for ever.
"""
