"""A stand-in for jukemirlib: its interface and what is known to go wrong with it, around merdesk's own engine."""

from .constants import CACHE_DIR as CACHE_DIR
from .constants import DEVICE as DEVICE
from .lib import extract as extract
