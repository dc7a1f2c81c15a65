"""merdesk: see, hear and explain the distribution gap of music emotion recognition."""

__version__ = "0.1.0"
