"""Processes driven by one thread: every unit has its outcome, whatever happens to who worked on it."""

import threading
from multiprocessing import active_children

import pytest

from merdesk.errors import AudioError, Cancelled, Failure
from merdesk.progress import Progress
from merdesk.workers.pool import Pool, Terms
from merdesk.workers.task import TaskSpec

MANY = Terms("test", problem=AudioError, timeout_s=20, held=64, worth=64)


def pool(name, *arguments, n=1, terms=MANY):
    return Pool(TaskSpec(f"odd_tasks:{name}", arguments), n, terms)


def outcomes_of(name, units, *arguments, **options):
    with pool(name, *arguments, **options) as made:
        return {outcome.unit: outcome for outcome in made.run(units, Progress())}


def test_every_unit_has_one_answer():
    with pool("answering", n=2) as made:
        found = [(outcome.unit, outcome.answer) for outcome in made.run(range(1000), Progress())]
    assert sorted(found) == [(n, 2 * n) for n in range(1000)]


def test_one_process_answers_in_order():
    with pool("answering") as made:
        assert [outcome.unit for outcome in made.run(list(range(300)), Progress())] == list(range(300))


@pytest.mark.parametrize(("n_units", "n_processes"), [(8, 1), (64, 1), (65, 2), (500, 2)])
def test_there_are_as_many_processes_as_the_units_are_worth(n_units, n_processes):
    with pool("answering", n=2) as made:
        for _ in made.run(list(range(n_units)), Progress()):
            assert len(active_children()) == n_processes


def test_an_answer_does_not_wait_for_the_next_unit():
    made = pool("answering")
    outcomes = made.run([1, "hang"], Progress())
    assert next(outcomes).answer == 2
    outcomes.close()
    assert not active_children()


def test_processes_stay_warm_between_runs():
    with pool("answering") as made:
        (first,) = made.run(["who"], Progress())
        (second,) = made.run(["who"], Progress())
    assert first.answer == second.answer


def test_a_process_that_was_begun_early_is_the_one_that_works():
    with pool("answering") as made:
        made.begin()
        (child,) = active_children()
        (outcome,) = made.run(["who"], Progress())
        assert outcome.answer == child.pid


def test_a_unit_that_kills_two_processes_is_set_aside_and_those_beside_it_are_answered():
    units = [*range(40), "die", *range(40, 80)]
    found = outcomes_of("answering", units, n=2)
    assert found["die"].set_aside == "two processes died over it (signal SIGKILL)"
    assert all(found[n].answer == 2 * n for n in range(80))


def test_many_deadly_units_in_a_row_do_not_stop_the_run():
    with pool("answering") as made:
        found = list(made.run(["die"] * 8 + [1], Progress()))
    assert [bool(outcome.set_aside) for outcome in found].count(True) == 8
    assert found[-1].answer == 2


def test_answers_that_died_with_their_process_are_asked_for_again(tmp_path):
    found = outcomes_of("dying_once", [1, 2, 3, 4], str(tmp_path / "mark"))
    assert {unit: outcome.answer for unit, outcome in found.items()} == {1: 1, 2: 2, 3: 3, 4: 4}
    assert (tmp_path / "mark").exists()


def test_a_unit_that_takes_too_long_is_set_aside_and_those_beside_it_are_answered():
    terms = Terms("test", timeout_s=1.0, held=64, worth=64)
    found = outcomes_of("answering", [1, "hang", 2, 3], terms=terms)
    assert found["hang"].set_aside == "it took longer than 1 s"
    assert [found[n].answer for n in (1, 2, 3)] == [2, 4, 6]


def test_what_a_task_raises_is_the_answer():
    found = outcomes_of("answering", ["raise", "refuse", 1])
    assert isinstance(found["raise"].answer, Failure)
    assert "ZeroDivisionError" in found["raise"].answer.message
    assert (found["refuse"].answer.message, found["refuse"].answer.expected) == (
        "This cannot be heard.",
        True,
    )
    assert found[1].answer == 2


def test_ctrl_c_is_left_to_the_parent():
    assert outcomes_of("answering", ["interrupt"])["interrupt"].answer == "still here"


def test_large_answers_while_units_are_given_do_not_jam_the_pipe():
    with pool("large", 300_000) as made:
        units = ["x" * 20_000 + str(n) for n in range(60)]
        assert all(len(outcome.answer) == 300_000 for outcome in made.run(units, Progress()))


def test_a_step_that_takes_long_is_named():
    progress = Progress()
    begun = []
    progress.begin = lambda step, total=None: begun.append(step)
    with pool("slow_to_start", 0.0) as made:
        list(made.run([1], progress))
    assert begun == ["Loading the weights"]


def test_a_cancel_while_starting_leaves_no_process():
    progress = Progress()
    threading.Timer(0.2, progress.cancel).start()
    with pytest.raises(Cancelled):
        list(pool("slow_to_start", 600.0).run([1], progress))
    assert not active_children()


@pytest.mark.parametrize(
    ("maker", "error", "words"),
    [
        ("unwilling", AudioError, "weights are missing"),
        ("faulty", RuntimeError, "ZeroDivisionError"),
        ("deadly", AudioError, "The test process ended while it was starting .signal SIGKILL."),
    ],
)
def test_a_task_that_cannot_be_made_is_told(maker, error, words):
    with pytest.raises(error, match=words):
        list(pool(maker).run([1], Progress()))
    assert not active_children()


def test_no_units_start_no_process():
    with pool("answering") as made:
        assert list(made.run([], Progress())) == []
        assert not active_children()
