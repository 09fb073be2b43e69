"""Judges a file by its content before anybody keeps it: what it is, how long it is, whether it is taken."""
