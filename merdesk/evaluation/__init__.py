"""Metrics, intervals, splits, gap and bias: plain functions from arrays to frozen results.

Read in this order, the modules are the methods section of a paper:

- scores: `metrics`, `quadrants`, `moments` (metrics as functions of sums)
- uncertainty: `bootstrap` (whole clusters), `significance` (sign flips, swaps, Holm), `permutation`
- annotations: `agreement`, `ceiling`
- design: `splits`, `leakage`
- carrying over: `cells` and `matrix`, `decomposition` and `cell_drop`, `recommender`
- the gap: `basis`, `distances`, `gap`, `probes`, `dominance`
- bias: `groups`, `disparity`, `confounding`, `effects`, `mixes`
"""
