"""Kills, flushes and stops things under load, and proves that nothing is lost, doubled or made up."""
