"""Money is integer fen. Ratios are Decimal and are rounded half up once, at the edge."""

from decimal import ROUND_HALF_UP, Decimal


def yuan(fen: int) -> str:
    """`1234` as `"12.34"`."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def fen_of_yuan(text: str) -> int:
    """`"12.3"` as `1230`. Raises ValueError for anything finer than a fen or not a finite number."""
    try:
        exact = Decimal(text.strip()) * 100
    except ArithmeticError as error:
        raise ValueError(f"not an amount: {text!r}") from error
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise ValueError(f"not an amount of whole fen: {text!r}")
    return int(exact)


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round half up to `places` decimals."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
