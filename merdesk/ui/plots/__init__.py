"""Plots: the valence-arousal plane, waveform, traces, legend. The only place that knows pyqtgraph."""
