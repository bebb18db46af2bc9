"""Possible clusters beside PySAL's own, which is no dependency of the program."""

import warnings

import numpy as np
import pytest

from app.planning import clusters


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_gi_and_local_moran_are_those_of_pysal(seed: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from esda.getisord import G_Local
        from esda.moran import Moran_Local
        from libpysal.weights import KNN

        rng = np.random.default_rng(seed)
        spots = rng.random((40, 2))
        values = spots[:, 0] + rng.normal(0, 0.3, 40)
        weights = KNN.from_array(spots, 6)
        near = [weights.neighbors[i] for i in range(40)]
        star = G_Local(values, weights, star=True, transform="B", permutations=9999, seed=1)
        weights.transform = "R"
        moran = Moran_Local(values, weights, permutations=9999, seed=1)

    found = clusters.found(values.tolist(), near)

    assert found is not None
    assert np.allclose([each.gi for each in found], star.Zs)
    # They divide by n - 1 where Anselin's paper divides by n.
    assert np.allclose([each.moran for each in found], moran.Is * 40 / 39)
    ours, theirs = np.array([each.gi_p for each in found]), np.minimum(1, 2 * star.p_sim)
    assert np.abs(ours - theirs).max() < 0.05
    ours, theirs = np.array([each.moran_p for each in found]), np.minimum(1, 2 * moran.p_sim)
    assert np.abs(ours - theirs).max() < 0.05
