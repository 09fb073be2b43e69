"""Files of a bid: put on a shelf whole or in pieces, and taken off it."""
