"""Datasets, facets, search: the left panel."""
