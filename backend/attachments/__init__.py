"""Attachments (附件): documents that others open as they were sent.

An attachment is one upload by one member of staff: a PDF, an OFD or an Office file, known by its content and
never by its name. Other than a photo it is stored as it came, so that it is looked through before: by a
process of its own (`inspector.py`) that is trusted with nothing. It is *loose* until a slice attaches it to
one of its own objects, the *owner*; from then on the owner's slice decides who is given links to it.

Invariants:
- What runs by itself (macros, scripts, launch actions, embedded programs), what is encrypted and what is
  broken is never stored.
- It is sent as a download under its own name and never shown within our pages.
- Objects are stored before their row, under keys that are never drawn twice; what a crash leaves behind are
  objects without rows, which are swept.
- Nobody but its uploader may attach a loose one. Links end by themselves, and all of them at once when an
  owner lets go of it.
"""
