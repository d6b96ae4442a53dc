"""日管控: a canteen's items by area, answered and closed day by day."""
