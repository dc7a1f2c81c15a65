"""A study on the whole screen: nothing of the project in sight, resumed where it was left, everything kept."""

from dataclasses import replace

import pytest
from helpers.player import FakePlayer, find
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel

from merdesk.domain.affect import Affect
from merdesk.domain.study import StudyPlan
from merdesk.errors import ProjectError
from merdesk.project import annotators, comparisons, history, ratings, said, studies, study_pairs
from merdesk.ui.annotate.studies_dialog import StudiesDialog
from merdesk.ui.annotate.study_plan_dialog import StudyPlanDialog
from merdesk.ui.annotate.study_texts import MarkdownText
from merdesk.ui.annotate.study_window import StudyWindow
from merdesk.ui.player.playback import Playback
from merdesk.ui.session import Session
from merdesk.workflows import study_plans

Key = Qt.Key


@pytest.fixture
def playback(qapp):
    made = Playback(FakePlayer(), find)
    yield made
    made.stop()


@pytest.fixture
def session(project):
    return Session(project)


@pytest.fixture
def study(session):
    refs = study_plans.refs(session.project, session.columns.ids.tolist())
    plan = StudyPlan(
        uid="u", title="Moods", clips=tuple(refs[:4]), practice=(refs[4],), n_repeats=1, break_every=4,
        consent="You may stop at any time.",
    )  # fmt: skip
    return studies.add(session.project, plan)


@pytest.fixture
def opened(qtbot, theme, session, playback, study):
    def opener():
        made = StudyWindow(session, theme, playback, study)
        made.edit_asked.connect(lambda write, _: write())
        made.play_asked.connect(session.set_playing)
        qtbot.addWidget(made)
        made.resize(1000, 700)
        made.show()
        return made

    return opener


def begin(window, name="ann"):
    window.welcome.name.setText(name)
    window.welcome.agree.setChecked(True)
    window.welcome.go.click()


def rate(qtbot, window, valence=0.5):
    window.modes["point"].propose(Affect(valence, 0.0))
    qtbot.keyClick(window.plane.canvas, Key.Key_Return)


def texts(window):
    return [shown.text() for shown in window.findChildren(QLabel) if shown.isVisible()]


def test_nobody_begins_without_a_name_and_consent(opened):
    window = opened()
    window.welcome.name.setText("ann")
    assert not window.welcome.go.isEnabled()
    window.welcome.agree.setChecked(True)
    assert window.welcome.go.isEnabled()
    window.welcome.name.setText("  ")
    assert not window.welcome.go.isEnabled()


def test_no_title_is_in_sight(opened, session):
    window = opened()
    begin(window)
    assert "How does it feel?" in texts(window)
    assert not [text for text in texts(window) if "tune" in text.casefold()]
    assert session.playing == window.desk.clip_id(window.desk.item)


def test_a_persons_answers_are_kept_blinded_and_resumed_where_they_were_left(qtbot, opened, session, study):
    window = opened()
    begin(window)
    rate(qtbot, window)
    rate(qtbot, window, -0.5)
    position = window.desk.item.position
    window.close()
    assert session.annotator == ""
    again = opened()
    begin(again)
    assert (again.desk.item.position, again.desk.n_done) == (position, 2)
    given = studies.answered(session.project, study)
    assert [one.part for one in given] == ["practice", "item"]
    (filed,) = ratings.all(session.project)
    assert filed.rating.circumstances.blinded
    assert filed.rating.circumstances.visible == frozenset()
    assert session.project.database.value("SELECT DISTINCT device FROM study_answer") == "Speakers"


def test_another_person_has_the_study_from_its_beginning(qtbot, opened):
    window = opened()
    begin(window)
    rate(qtbot, window)
    window.close()
    other = opened()
    begin(other, "ben")
    assert other.desk.n_done == 0


def test_a_clip_that_comes_again_shows_nothing_of_the_first_answer(qtbot, opened, session, study):
    window = opened()
    begin(window)
    for _ in range(5):
        rate(qtbot, window)
        window.message.went_on.emit()
    item = window.desk.item
    assert item.part == "repeat"
    assert said.said_by(session.project, window.desk.clip_id(item), "ann") == Affect(0.5, 0.0)
    assert window.modes["point"].proposal is None
    rate(qtbot, window, -1.0)
    assert said.said_by(session.project, window.desk.clip_id(item), "ann") == Affect(0.5, 0.0)
    assert studies.answered(session.project, study)[-1].affect == Affect(-1.0, 0.0)
    assert "That was all" in texts(window)


def test_a_break_comes_when_it_is_due(qtbot, opened):
    window = opened()
    begin(window)
    for _ in range(4):
        rate(qtbot, window)
    assert "4 of 6 done. Go on when you are ready." in texts(window)
    window.message.go.click()
    assert "5 of 6" in texts(window)


def test_escape_stops_and_undo_takes_the_last_answer_back(qtbot, opened, session, study):
    window = opened()
    begin(window)
    rate(qtbot, window)
    rate(qtbot, window)
    with qtbot.waitSignal(window.closed):
        qtbot.keyClick(window.plane.canvas, Key.Key_Escape)
    history.undo(session.project)
    assert len(studies.answered(session.project, study)) == 1


def test_instructions_of_strangers_load_nothing(qtbot):
    shown = MarkdownText("![x](file:///etc/passwd) <b>bold</b> **strong**", 400)
    qtbot.addWidget(shown)
    assert "<b>bold</b>" in shown.toPlainText()
    assert shown.loadResource(2, "file:///etc/passwd") is None


def test_the_dialog_makes_a_plan_of_the_clips_that_are_shown(qtbot, session):
    dialog = StudyPlanDialog(session)
    qtbot.addWidget(dialog)
    assert not dialog.go.isEnabled()
    dialog.fields.name.setText("Evening")
    dialog.fields.questions.setText("Age; Years of music lessons")
    dialog.fields.anchors.setValue(1)
    dialog.fields.tasks["pairs"].setChecked(True)
    dialog.fields.rounds.setValue(2)
    dialog.fields.categories.setText("calm, tense")
    dialog.go.click()
    assert dialog.result() == QDialog.DialogCode.Accepted
    (made,) = studies.all(session.project)
    plan = made.plan
    assert (len(plan.clips), len(plan.practice), len(plan.anchors)) == (3, 2, 1)
    assert plan.questions == ("Age", "Years of music lessons")
    assert plan.gain == "published"
    assert (plan.tasks, plan.n_rounds, plan.categories) == (("point", "pairs"), 2, ("calm", "tense"))


def test_a_study_that_nobody_answered_is_edited_and_undo_brings_it_back(qtbot, session, study):
    begun = annotators.named(session.project, "ann")
    studies.enrol(session.project, study, begun, {})
    dialog = StudyPlanDialog(session, edited=study)
    qtbot.addWidget(dialog)
    dialog.fields.name.setText("Morning")
    dialog.fields.consent.setPlainText("I agree.")
    dialog.go.click()
    (now,) = studies.all(session.project)
    assert (now.id, now.plan.title, now.plan.consent) == (study.id, "Morning", "I agree.")
    assert now.plan.uid != study.plan.uid
    assert now.plan == replace(study.plan, uid=now.plan.uid, title="Morning", consent="I agree.")
    assert not studies.is_enrolled(session.project, now, begun)
    history.undo(session.project)
    assert studies.all(session.project) == [study]
    assert studies.is_enrolled(session.project, study, begun)


def test_a_study_with_answers_stays_and_gets_a_new_version(qtbot, opened, session, study):
    window = opened()
    begin(window)
    rate(qtbot, window)
    window.close()
    dialog = StudyPlanDialog(session, edited=study)
    qtbot.addWidget(dialog)
    assert "stays as it was" in " ".join(shown.text() for shown in dialog.findChildren(QLabel))
    dialog.go.click()
    before, version = studies.all(session.project)
    assert before == study
    assert version.plan.title == f"{study.plan.title}, version 2"
    assert version.plan.clips == study.plan.clips
    with pytest.raises(ProjectError, match="stays as it was asked"):
        studies.revise(session.project, study, version.plan)


def test_a_person_is_forgotten_after_a_question_that_says_what_goes(qtbot, opened, session, study):
    window = opened()
    begin(window)
    rate(qtbot, window)
    window.close()
    dialog = StudiesDialog(session)
    qtbot.addWidget(dialog)
    dialog.edit_asked.connect(lambda write, _: write())
    asked = []
    dialog.ask = lambda text, act: asked.append((text, act)) or True
    dialog._list_people()
    person = next(one.menu() for one in dialog._people.actions() if one.text() == "ann")
    person.actions()[1].trigger()
    assert "undo history" in asked[0][0]
    assert studies.answered(session.project, study) == []
    assert "ann" not in [one.name for one in annotators.all(session.project)]


def test_a_person_is_removed_after_a_question_and_undo_brings_everything_back(qtbot, opened, session, study):
    window = opened()
    begin(window)
    rate(qtbot, window)
    rate(qtbot, window)
    window.close()
    dialog = StudiesDialog(session)
    qtbot.addWidget(dialog)
    dialog.edit_asked.connect(lambda write, _: write())
    asked = []
    dialog.ask = lambda text, act: asked.append(text) or True
    dialog._list_people()
    person = next(one.menu() for one in dialog._people.actions() if one.text() == "ann")
    person.actions()[0].trigger()
    assert "1 rating, 2 answers of studies. Undo brings it back." in asked[0]
    assert studies.answered(session.project, study) == ratings.all(session.project) == []
    assert "ann" not in [one.name for one in annotators.all(session.project)]
    history.undo(session.project)
    assert len(studies.answered(session.project, study)) == 2
    assert said.said_by(session.project, ratings.all(session.project)[0].clip_id, "ann") is not None


def test_a_plan_goes_to_another_project_as_a_file(qtbot, session, study, tmp_path):
    path = tmp_path / "moods.merstudy"
    study_plans.save(study.plan, path)
    studies.remove(session.project, study)
    taken, found = study_plans.take_in(session.project, path)
    assert taken.plan == study.plan
    assert len(found) == 5


@pytest.fixture
def pairs_study(session):
    refs = study_plans.refs(session.project, session.columns.ids.tolist())
    plan = StudyPlan(uid="p", title="Pairs", clips=tuple(refs[:3]), tasks=("pairs",), n_repeats=1)
    return studies.add(session.project, plan)


def test_pairs_of_a_study_are_asked_blind_one_after_the_other(qtbot, theme, session, playback, pairs_study):
    window = StudyWindow(session, theme, playback, pairs_study)
    window.edit_asked.connect(lambda write, _: write())
    window.play_asked.connect(session.set_playing)
    qtbot.addWidget(window)
    window.show()
    begin(window)
    view = window.modes["pairs"].pair_view
    assert window._views.currentWidget() is view
    assert session.playing == window.modes["pairs"].pair[0]
    assert not [text for text in texts(window) if "tune" in text.casefold()]
    for _ in range(4):
        qtbot.keyClick(view, Key.Key_Left)
        qtbot.keyClick(view, Key.Key_Down)
    assert "That was all" in texts(window)
    given = study_pairs.answered(session.project, pairs_study)
    assert [(one.part, one.outcomes) for one in given] == [("item", (1, 0))] * 3 + [("repeat", (1, 0))]
    assert len(comparisons.all(session.project)) == 6
    assert all(one.circumstances.blinded for one in comparisons.all(session.project))


def test_a_study_offers_its_words_and_figures(qtbot, theme, session, playback):
    refs = study_plans.refs(session.project, session.columns.ids.tolist())
    plan = StudyPlan(uid="w", title="W", clips=tuple(refs[:2]), categories=("calm", "tense"), tool="figures")
    window = StudyWindow(session, theme, playback, studies.add(session.project, plan))
    window.edit_asked.connect(lambda write, _: write())
    qtbot.addWidget(window)
    window.show()
    begin(window)
    point = window.modes["point"]
    assert window._views.currentWidget() is point.figures
    point.details.categories._words["tense"].click()
    point.propose(Affect(0.5, 0.0))
    point.file()
    assert ratings.all(session.project)[0].rating.categories == ("tense",)
    assert point.details.categories.chosen == ()


def test_a_trace_of_a_study_speaks_of_no_waveform(opened, session):
    window = opened()
    begin(window)
    trace = window.modes["trace"]
    trace._set_state("ended")
    assert "waveform" not in trace.words.text()
    assert trace.act.isHidden()
