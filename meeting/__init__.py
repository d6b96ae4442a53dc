"""Meeting rooms and hospitality (会务). Not built yet."""
