"""The rush before a round closes: people write and send in over HTTP, and what they were told is found."""
