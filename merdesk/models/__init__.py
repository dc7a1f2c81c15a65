"""Regressors from features to valence and arousal, and how they are saved."""
