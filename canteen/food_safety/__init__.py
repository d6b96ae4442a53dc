"""Food safety: the records that the law asks of a canteen."""
