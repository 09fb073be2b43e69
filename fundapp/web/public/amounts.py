"""Large amounts as people compare them: £3.41m, £2.57bn; small ones in full."""

from workflows.rules.money import in_words

MILLION = 100_000_000
BILLION = 100_000_000_000


def large(pence: int) -> str:
    """An amount to three figures or so, never rounded to look like nothing."""
    size = abs(pence)
    sign = "−" if pence < 0 else ""
    if size >= 10 * BILLION:
        return f"{sign}£{size / BILLION:.1f}bn"
    if size >= BILLION:
        return f"{sign}£{size / BILLION:.2f}bn"
    if size >= MILLION:
        return f"{sign}£{size / MILLION:.2f}m"
    return in_words(pence - pence % 100 if size >= 100 else pence).replace("-", "−")
