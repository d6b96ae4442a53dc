"""Orders for a colleague, and orders handed over to one, with consent on record."""
