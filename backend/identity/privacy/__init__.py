"""What people are told of and agree to, and what they may ask about their personal data (PIPL)."""
