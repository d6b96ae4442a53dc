"""Meeting rooms (会议室): what they offer, and when, to whom and under which limits they may be booked.

Vocabulary. A *hall* can be divided: it consists of *parts*, which are plain meeting rooms of the same
campus. A room's *atoms* are what is physically kept for a meeting: the parts of a hall, or the plain room
itself. Two rooms *exclude* each other that share an atom. *Hours* say by weekday when a room may be booked;
a makeup workday (调休) follows Monday's, a holiday Sunday's. A *closure* (停用) lets nobody book, a *block*
(预留) only those it is kept for; either concerns every room that shares an atom. *Access* says who may see
a room, book it at once, book it with approval, take it from others. A *quota* limits what a person or a
department may book.

Invariants. A part is no hall and of one campus with it. While bookings to come hold a room's atoms its
parts stay as they are. Every change that decides about bookings counts up `stamp` of the rooms concerned,
under their lock: who holds a room's lock and knows its stamp knows its rules (`queries.find`).
"""
