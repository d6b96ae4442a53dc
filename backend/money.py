"""Money is integer fen. Ratios are Decimal and are rounded half up once, at the edge."""


def yuan(fen: int) -> str:
    """`1234` as `"12.34"`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
