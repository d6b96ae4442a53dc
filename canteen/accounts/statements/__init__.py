"""What a month did to an account."""
