"""What a bid costs and who pays, an organisation a page, with the calculation behind its overheads."""
