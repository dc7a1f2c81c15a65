"""Jukebox embeddings: VQ-VAE codes into the 5b prior, activations after a layer, mean over time.

Written from the papers' description (Dhariwal et al. 2020, arXiv 2005.00341; Child et al. 2019, arXiv 1904.10509;
Castellon et al. 2021, arXiv 2107.05677). The weights are the user's, under their own non-commercial licence.

`weights` and `windows` are light; everything that computes imports torch, so import it where it is needed.
"""
