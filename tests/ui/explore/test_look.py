"""How Explore shows things is the same at the next start."""

import pytest

from merdesk.ui.explore.page import MAP, PLANE, TABLE


@pytest.fixture
def page(window):
    return window.workspace.explore


def test_what_was_chosen_is_kept_in_the_settings_and_restored(window, page):
    page._options.margins.setChecked(True)
    page._options.mixed.setChecked(True)
    page._options._fade(0.4)
    page._shown._pick("prediction")
    page._switch.button(TABLE).click()
    kept = window.settings["explore_look"]
    assert kept == page.look
    page._options.restore({})
    page._shown._pick("both")
    page._switch.button(PLANE).click()
    assert not page.plane.drawing.margins
    page.restore(kept)
    assert page.look == kept
    assert page.plane.drawing.margins
    assert page.plane.drawing.mixed
    assert page.plane.drawing.opacity == 0.4
    assert page._switch.checkedId() == TABLE


def test_the_layout_of_the_map_is_kept_with_its_view(page):
    page._switch.button(MAP).click()
    page._lay_out("tsne")
    kept = page.look
    page._lay_out("pca")
    page.restore(kept)
    assert page._space.layout == "tsne"


@pytest.mark.parametrize("look", ["", "[]", "nonsense", '{"view": 99, "on": 3, "opacity": "x", "axes": 7}'])
def test_what_does_not_fit_is_left_out(page, look):
    before = page.look
    page.restore(look)
    assert page.look == before


def test_a_colouring_that_would_say_nothing_here_is_left_out(page):
    page.restore('{"colouring": "split"}')
    assert page._session.colouring == "genre"
    page.restore('{"colouring": "dataset"}')
    assert page._session.colouring == "dataset"


def test_density_in_colours_is_density_and_goes_with_it(page):
    page._options.mixed.setChecked(True)
    assert page.plane.drawing.density
    page._options.density.setChecked(False)
    assert not page.plane.drawing.mixed
