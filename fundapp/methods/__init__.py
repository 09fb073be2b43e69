"""Pure methods of the office: no database, no clock, the same answer every time."""
