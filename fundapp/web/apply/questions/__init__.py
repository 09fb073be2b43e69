"""The pages of a bid's form: an answer, the project or the organisation a page, saved while it is written."""
