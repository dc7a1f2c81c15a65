"""Metrics, intervals, splits, gap and bias: plain functions from arrays to frozen results."""
