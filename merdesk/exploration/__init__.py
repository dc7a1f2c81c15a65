"""Projections, neighbours and spatial indexes of many clips."""
