import numpy as np
from helpers.null_study import p_values


def test_every_test_runs_on_projects_without_a_finding_and_rejects_seldom():
    """Twenty projects check the code; 200, in the benchmarks, check the rates."""
    found = [p_values(seed) for seed in range(20)]
    for name in found[0]:
        p = np.array([project[name] for project in found])
        assert np.isfinite(p).all(), name
        assert ((p > 0) & (p <= 1)).all(), name
        # Six rejections of twenty at .05 happen once in three thousand times.
        assert np.count_nonzero(p <= 0.05) <= 6, name
