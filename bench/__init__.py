"""Measures the promises: speed on a full office, and nothing lost when servers and workers die."""
