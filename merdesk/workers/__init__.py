"""Processes that work on behalf of one thread: a crash costs the unit in hand, and nobody is left behind.

Not a process pool of the standard library: there one crash loses every result, and a worker outlives a killed parent.
"""
