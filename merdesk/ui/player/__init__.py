"""The player under every page: what plays, how it looks, and the queue."""
