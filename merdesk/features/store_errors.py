"""What SQLite and the file system raise, as one sentence for the user."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from merdesk.errors import FeatureError


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into one sentence."""
    try:
        yield
    except apsw.FullError as error:
        raise FeatureError(
            f"The disk is full: no features fit into {folder}; make room and go on."
        ) from error
    except (apsw.ReadOnlyError, apsw.CantOpenError, apsw.PermissionsError, apsw.AuthError) as error:
        raise FeatureError(
            f"The feature store {folder} cannot be written; make the folder writable."
        ) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise FeatureError(
            f"Another program has been writing to {folder} for a minute; close it and go on."
        ) from error
    except (apsw.CorruptError, apsw.NotADBError) as error:
        raise FeatureError(
            f"The index of {folder} is damaged; delete index.sqlite there, the next start rebuilds it."
        ) from error
    except apsw.Error as error:
        raise FeatureError(f"The feature store {folder} cannot be used ({error}).") from error
    except OSError as error:
        raise FeatureError(
            f"The feature store {folder} cannot be used ({error.strerror or error}); check disk and permissions."
        ) from error
