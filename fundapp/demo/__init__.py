"""A plainly invented region in which every page has something to show, built by the public service verbs."""
