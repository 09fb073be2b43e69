"""Makes a fresh machine ready: standard library only, run by the Makefile with the system's Python."""
