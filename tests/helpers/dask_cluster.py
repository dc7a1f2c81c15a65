"""A real Dask cluster on loopback: `dask scheduler` and `dask worker` as their users start them, on free ports."""

import datetime as dt
import ipaddress
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

EXTRACTORS = Path(__file__).parents[1] / "cluster"
START_S = 60


class DaskCluster:
    """Ends with its context, and fails when a process of it is left.

    `certificates` are what `write_certificates` gave; with them everything is encrypted.
    """

    def __init__(self, folder, *, certificates=None):
        self.folder = folder
        self.tls = certificates
        self.address = ""
        self.scheduler = None
        self.workers = []
        self._started = []

    def __enter__(self):
        self.start_scheduler()
        return self

    def __exit__(self, *_):
        family = [process for one in self._started for process in _family(one.pid)]
        # Workers first: one that is told to end while its scheduler vanishes sometimes does not end at all.
        try:
            for one in (*self.workers, self.scheduler):
                one.terminate()
                one.wait(START_S)
            until(lambda: not [process for process in family if runs(process)])
        finally:
            for one in self._started:
                one.kill()
                one.wait()

    def start_scheduler(self):
        """Start it, the second time at the same address."""
        where = self.folder / "scheduler.json"
        where.unlink(missing_ok=True)
        port = self.address.rpartition(":")[2] or "0"
        protocol = ["--protocol", "tls"] if self.tls else []
        arguments = [
            "--host",
            "127.0.0.1",
            "--port",
            port,
            "--no-dashboard",
            "--scheduler-file",
            where,
            *protocol,
        ]
        self.scheduler = self._start("scheduler", *arguments)
        self.address = until(lambda: where.exists() and where.read_text() and json.loads(where.read_text()))[
            "address"
        ]

    def start_worker(self, *options, environment=None):
        """Start one in a folder of its own; its process is returned."""
        folder = self.folder / f"worker {len(self._started)}"
        folder.mkdir()
        arguments = ["--host", "127.0.0.1", "--nthreads", "1", "--memory-limit", "0", "--no-dashboard"]
        arguments += ["--local-directory", folder]
        started = self._start(
            "worker", self.address, *arguments, *options, folder=folder, environment=environment
        )
        self.workers.append(started)
        return started

    def log(self):
        """What all of them printed."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _start(self, what, *arguments, folder=None, environment=None):
        tls = ["--tls-ca-file", "--tls-cert", "--tls-key"] if self.tls else []
        options = [str(part) for pair in zip(tls, self.tls or (), strict=True) for part in pair]
        command = [sys.executable, "-m", "dask", what, *map(str, arguments), *options]
        with (self.folder / f"{len(self._started)} {what}.log").open("w") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=folder or self.folder, start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(EXTRACTORS)} | (environment or {}),
            )  # fmt: skip
        self._started.append(process)
        return process


def kill(process):
    """Kill a process and nobody else, as the system does when memory is short."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def until(found):
    """Wait until something is true, and return it."""
    ends = time.monotonic() + START_S
    while not (answer := found()):
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)
    return answer


def runs(process):
    """False for a zombie too: where nobody collects the orphans of a container, they stay as such."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _family(pid):
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def write_certificates(folder):
    """An authority and a certificate for 127.0.0.1 that it signed: paths of CA, certificate and key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    folder.mkdir(parents=True, exist_ok=True)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]) for name in ("CA", "cluster")]
    now = dt.datetime.now(dt.UTC)

    def signed(owner, is_authority):
        builder = x509.CertificateBuilder(
            issuer_name=names[0],
            subject_name=names[owner],
            public_key=keys[owner].public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - dt.timedelta(hours=1),
            not_valid_after=now + dt.timedelta(days=1),
        )
        loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return (
            builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(loopback, critical=False)
            .sign(keys[0], hashes.SHA256())
        )

    pem = serialization.Encoding.PEM
    private = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(signed(0, True).public_bytes(pem))
    paths[1].write_bytes(signed(1, False).public_bytes(pem))
    paths[2].write_bytes(keys[1].private_bytes(pem, *private))
    return paths
