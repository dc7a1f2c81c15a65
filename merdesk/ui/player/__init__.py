"""The player bar."""
