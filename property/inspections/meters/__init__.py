"""Readings of the meters of assets.

A reading never falls below the one before it, unless the meter was replaced; what it has counted in all
(`total`) goes on. Only the last reading can be corrected, by another that names it.
"""
