"""Approved leave and trips: days on which somebody is not here, for whoever has to know."""
