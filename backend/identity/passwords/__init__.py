"""Passwords: argon2 hashes, lockout, complexity and age.

An attempt is counted before the password is verified and forgiven when it was right, so that no number
of parallel attempts tries more passwords than the limit allows. Hashing takes long on purpose and
happens outside of units of work. Policy figures: 等保 practice; the standard itself gives no numbers.
"""
