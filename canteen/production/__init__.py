"""Production: how much to cook, of what, and what came of it."""
