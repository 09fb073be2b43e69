"""The stages a bid passes, one file a stage: its states and the steps inside it and out of it."""
