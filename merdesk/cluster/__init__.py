"""Extraction on other machines: the units and keys of the local executor, handed out through Dask distributed.

A worker of Dask keeps one extraction process (`station`), because the crash, hang or cancel of a clip must not cost
the worker. The client decides who gets which unit (`shift`), because it alone knows the order of the units and what
a worker held when it died. `distributed` is imported by `connection` and `shift` only.
"""
