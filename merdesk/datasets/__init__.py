"""Loaders of the public valence-arousal datasets, tables and folders."""
