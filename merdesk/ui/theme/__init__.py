"""Colours, type, style sheet and icons: one palette in one place, everything else refers to it."""
