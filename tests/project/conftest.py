"""A real project in a temporary folder."""

import pytest

from merdesk.project.project import Project


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "library.merdesk") as opened:
        yield opened
