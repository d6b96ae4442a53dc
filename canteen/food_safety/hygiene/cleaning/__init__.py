"""Cleaning and disinfection (清洗消毒): what is planned, what is due, and what was done."""
