"""Monthly grants of the subsidy, and the expiry of what is left of it."""
