"""The connection to a scheduler of Dask, or a cluster of this machine's processes; told in our words when it fails."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from distributed import Client, LocalCluster, Security
from distributed.versions import VersionMismatchWarning

from merdesk.cluster.address import ClusterAddress
from merdesk.errors import Failure, FeatureError, attempt
from merdesk.workers.process import quiet_start

CONNECT_S = 15.0
LOOPBACK = "127.0.0.1"
TALKATIVE = ("distributed", "distributed.client", "distributed.worker", "tornado.application")
"""Loggers that print tracebacks about what we tell in one sentence."""


@contextmanager
def connected(address: ClusterAddress) -> Iterator[Client]:
    """Connect for as long as the context lasts; a cluster on this machine ends with it.

    Raises
    ------
    FeatureError
        When there is no scheduler, or it does not accept us.
    """
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        if address.n_local:
            # Its processes inherit what is blocked and set now: Ctrl-C is ours to deal with, one thread each.
            with quiet_start():
                cluster = stack.enter_context(_local(address.n_local))
                client = stack.enter_context(_client(cluster, None, str(address)))
        else:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", VersionMismatchWarning)  # `versions` tells it in a sentence
                client = stack.enter_context(_client(address.scheduler, _security(address), str(address)))
        yield client


def _client(target: LocalCluster | str, security: Security | None, shown: str) -> Client:
    made = attempt(lambda: Client(target, security=security, timeout=CONNECT_S, set_as_default=False))
    if isinstance(made, Failure):
        raise FeatureError(
            f"There is no connection to {shown} ({_one_line(made)}); see whether the scheduler runs there"
            f"{' and whether the certificates are its own' if shown.startswith('tls') else ''}."
        )
    return made


def _local(n_workers: int) -> LocalCluster:
    """Workers on this machine; the memory is in their extraction processes, which Dask does not see."""
    return LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=True,
        host=LOOPBACK,
        scheduler_port=0,
        dashboard_address=None,
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    )


def _security(address: ClusterAddress) -> Security | None:
    if address.tls is None:
        return None
    files = address.tls
    return Security(
        tls_ca_file=str(files.authority),
        tls_client_cert=str(files.certificate),
        tls_client_key=str(files.key),
        require_encryption=True,
    )


def _one_line(failure: Failure) -> str:
    return failure.message.splitlines()[0].rstrip(".")


@contextmanager
def _quiet() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
