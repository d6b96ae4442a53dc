"""The trays, bins and pans that scales name by their codes.

A container is known by its kind and code within its canteen; the code is what its QR code, RFID tag or
painted number says. It is never deleted, because weighings name it: it is retired. Its tare is what is taken
off where an event brings none, so that a change counts from then on and alters nothing that was weighed.
"""
