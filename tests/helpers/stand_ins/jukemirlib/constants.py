"""What the package keeps beside its code."""

CACHE_DIR = "/nowhere"
DEVICE = "cpu"
JUKEBOX_SAMPLE_RATE = 44100
T = 8192
