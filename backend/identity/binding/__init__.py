"""Binding an account of a login provider to a row of the roster.

An unknown account gets a *bind ticket*. With it, a phone code that matches exactly one active row binds
at once; a staff number with the name asks an administrator, in a *bind request*. A name alone never
does, and no answer tells whether a staff number or a name exists.
"""
