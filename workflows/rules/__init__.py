"""Guards and arithmetic: pure functions that judge or add up, and touch nothing."""
