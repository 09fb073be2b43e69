"""Reports and open data: one file each, read through queries, added up by the rulebook."""
