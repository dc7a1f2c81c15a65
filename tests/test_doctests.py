"""Every example in a docstring is true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import merdesk

MODULES = sorted(module.name for module in pkgutil.walk_packages(merdesk.__path__, "merdesk."))


@pytest.mark.parametrize("name", [name for name in MODULES if name != "merdesk.__main__"])
def test_examples_are_true(name):
    failed, _ = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert failed == 0


def test_a_wrong_example_would_be_seen():
    case = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(case, out=lambda _: None).failed == 1
