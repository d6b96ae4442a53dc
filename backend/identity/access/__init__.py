"""Coming in and going out: logging in by a provider, one's own sessions, unbinding, the own profile."""
