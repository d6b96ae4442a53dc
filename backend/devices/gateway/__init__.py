"""The gateway: a small program that stands between scales that only speak frames and the server.

It reads a serial port or a TCP scale, turns stable readings into events, keeps each on its own disk before
anything else happens to it, and posts them when it can. It needs neither Flask nor the database.

Invariants: what a scale is known to weigh, and the event that follows from a change of it, are written in
one transaction, so that being killed neither loses nor doubles an event; an event's number and, once it was
sent, its payload never change; an event is deleted only after the server has answered for it.
"""
