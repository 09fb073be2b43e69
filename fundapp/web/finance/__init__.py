"""Pages for finance: what waits, awards and their money, claims, payment runs, bank details, the ledger."""

from fundapp.web.finance import awards, bank, claims, endings, home, ledger, runs
from fundapp.web.finance.pages import pages

__all__ = ["awards", "bank", "claims", "endings", "home", "ledger", "pages", "runs"]
