"""The bias report: content once, renderings as views of it."""
