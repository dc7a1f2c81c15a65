"""Frozen values that every room of the house speaks in; numpy only.

Valence stands before arousal, always: in argument order, in columns, on screen. Arrays of affect have the shape
(n, 2) with valence in column 0 and arousal in column 1.
"""
