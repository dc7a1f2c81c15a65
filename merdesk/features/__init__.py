"""Feature extractors, the store that keeps their arrays, and the processes that run them."""
