"""Extraction on many machines."""
