"""The office: carries out what the rulebook allows."""
