"""Standing orders: turned into orders when a menu is published."""
