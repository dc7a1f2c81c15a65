"""Addresses of clusters: what is understood, and what is said about the rest."""

import pytest

from merdesk.cli import main
from merdesk.cluster.address import ClusterAddress, TlsFiles
from merdesk.errors import FeatureError


@pytest.fixture
def files(tmp_path):
    paths = tuple(tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
    for path in paths:
        path.touch()
    return paths


@pytest.mark.parametrize("text", ["tcp://10.0.0.1:8786", "tls://cluster.example:8786", "tcp://[::1]:8786"])
def test_a_scheduler_is_named_by_its_address(text):
    assert ClusterAddress.parse(text) == ClusterAddress(text)
    assert str(ClusterAddress.parse(text)) == text


def test_workers_can_be_started_here():
    assert ClusterAddress.parse("local:3") == ClusterAddress(n_local=3)
    assert str(ClusterAddress.parse("local:3")) == "local:3"


def test_certificates_go_with_tls(files):
    assert ClusterAddress.parse("tls://host:1", files).tls == TlsFiles(*files)


@pytest.mark.parametrize(
    "text",
    ["", "host:8786", "http://host:1", "tcp://host", "tcp://host:port", "local:0", "local:", "tls://:1"],
)
def test_anything_else_is_refused_with_the_forms_there_are(text):
    with pytest.raises(FeatureError, match="write tcp://HOST:PORT, tls://HOST:PORT or local:N"):
        ClusterAddress.parse(text)


@pytest.mark.parametrize("text", ["tcp://host:1", "local:2"])
def test_certificates_without_tls_are_a_mistake(text, files):
    with pytest.raises(FeatureError, match="write tls://"):
        ClusterAddress.parse(text, files)


def test_a_missing_certificate_is_named(files):
    files[1].unlink()
    with pytest.raises(FeatureError, match=r"cert\.pem is not there"):
        ClusterAddress.parse("tls://host:1", files)


def test_workers_here_and_a_cluster_exclude_each_other(capfd, tmp_path):
    assert main(["extract", str(tmp_path), "--workers", "2", "--cluster", "local:2"]) == 2
    assert "--workers is for this machine" in capfd.readouterr().err
