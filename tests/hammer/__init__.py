"""The long run: whatever schemathesis makes up, mixed with the load of a day, at a real server. No 5xx."""
