"""The connection to a scheduler of Dask, or a cluster of this machine's processes; told in our words when it fails."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from distributed import Client, LocalCluster, Security
from distributed.comm.core import connect
from distributed.utils import LoopRunner
from distributed.versions import VersionMismatchWarning
from tornado.ioloop import IOLoop

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
        target: LocalCluster | str = address.scheduler
        if address.n_local:
            # Its processes inherit what is blocked and set now: Ctrl-C is ours to deal with, one thread each.
            with quiet_start():
                loop = stack.enter_context(_loop()).loop
                target = stack.enter_context(_local(address.n_local, loop))
        else:
            runner = stack.enter_context(_loop())
            loop = runner.loop
            reached = attempt(lambda: runner.run_sync(_knock, address))
            if isinstance(reached, Failure):
                raise FeatureError(_no_connection(address, reached))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # `versions` tells it in a sentence
            client = Client(
                target, security=_security(address), timeout=CONNECT_S, set_as_default=False, loop=loop
            )
        yield stack.enter_context(client)


@contextmanager
def _loop() -> Iterator[LoopRunner]:
    """A thread for the connection."""
    runner = LoopRunner()
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


async def _knock(address: ClusterAddress) -> None:
    """Connect once and hang up: a `Client` that cannot connect leaves its thread behind."""
    security = _security(address) or Security()
    arguments = security.get_connection_args("client")
    comm = await connect(address.scheduler, timeout=CONNECT_S, **arguments)
    comm.abort()


def _no_connection(address: ClusterAddress, failure: Failure) -> str:
    why = failure.message.splitlines()[0].rstrip(".")
    certificates = " and whether the certificates are its own" if address.scheduler.startswith("tls") else ""
    return f"There is no connection to {address} ({why}); see whether the scheduler runs there{certificates}."


def _local(n_workers: int, loop: IOLoop) -> LocalCluster:
    """Workers on this machine; the memory is in their extraction processes, which Dask does not see."""
    return LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=True,
        host=LOOPBACK,
        scheduler_port=0,
        dashboard_address=f"{LOOPBACK}:0",
        memory_limit=0,
        silence_logs=logging.CRITICAL,
        loop=loop,
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
