"""A stand-in for jukemirlib: its interface and what is known to go wrong with it, around merdesk's own engine."""

from .constants import *
from .constants import CACHE_DIR, DEVICE
from .lib import *
