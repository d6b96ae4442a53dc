"""Photos: taken in, made harmless, stored, linked to.

A photo (图片) is one upload by one member of staff. Its content (内容) is the stored JPEG with its smaller
sizes; equal pictures share one content, which is named by the SHA-256 of the full JPEG. A photo is *loose*
until a slice attaches it to one of its own objects, the *owner* of the photo (a dish, a report); from then
on the owner's slice decides who is given links to it.

Invariants:
- What is stored was encoded by us, from pixels: no byte of the sender's file is kept.
- A row never names a missing object: objects are written before the row, and deleted only after no row can
  refer to them any more. What a crash leaves behind are objects, never rows without.
- Nobody but its uploader is given links to a loose photo, and a hidden one's links end at once.
"""
