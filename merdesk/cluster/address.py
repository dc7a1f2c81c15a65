"""Where a cluster is, as `--cluster` names it."""

import re
from dataclasses import dataclass
from pathlib import Path

from merdesk.errors import FeatureError

_SCHEDULER = re.compile(r"(tcp|tls)://(\[[^]]+\]|[^:/]+):\d+")
_LOCAL = re.compile(r"local:([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files of a connection that is encrypted and in which both ends prove who they are."""

    authority: Path
    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """A scheduler, or so many workers to be started here.

    Attributes
    ----------
    scheduler
        `tcp://HOST:PORT` or `tls://HOST:PORT`; empty when `n_local` is not 0.
    n_local
        Workers of a cluster on this machine.
    tls
        Certificates; None leaves them to Dask's own configuration.
    """

    scheduler: str = ""
    n_local: int = 0
    tls: TlsFiles | None = None

    @classmethod
    def parse(cls, text: str, tls: tuple[Path, Path, Path] | None = None) -> "ClusterAddress":
        """Read an address.

        Raises
        ------
        FeatureError
            When it is of no known form, when certificates do not go with it, or when their files are missing.

        Examples
        --------
        >>> ClusterAddress.parse("local:2").n_local
        2
        """
        local = _LOCAL.fullmatch(text)
        if local is None and _SCHEDULER.fullmatch(text) is None:
            raise FeatureError(f"{text} is no cluster; write tcp://HOST:PORT, tls://HOST:PORT or local:N.")
        if tls is None:
            return cls(n_local=int(local[1])) if local else cls(text)
        if not text.startswith("tls://"):
            raise FeatureError(f"Certificates are of no use with {text}; write tls://HOST:PORT.")
        for path in tls:
            if not path.is_file():
                raise FeatureError(f"{path} is not there; name CA, certificate and key, each a PEM file.")
        return cls(text, tls=TlsFiles(*tls))

    def __str__(self) -> str:
        return self.scheduler or f"local:{self.n_local}"
