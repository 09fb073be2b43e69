"""Named reads for screens and reports: keyset paging, a fixed number of statements a page."""
