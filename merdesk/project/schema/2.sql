-- Answers with how they were given, comparisons, studies, doubts, saved filters, predicted traces; what sources say of a
-- clip's file and segment, and the divisor of their standard deviations.
ALTER TABLE dataset ADD COLUMN std_ddof INTEGER NOT NULL DEFAULT 0 CHECK (std_ddof IN (0, 1));
UPDATE dataset SET std_ddof = 1 WHERE loader = 'emomusic';

-- file_name is the source's name of the file, and the segment says where in the full song the clip was cut out.
ALTER TABLE clip ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE clip ADD COLUMN segment_start_s REAL;
ALTER TABLE clip ADD COLUMN segment_stop_s REAL;

-- How an answer was given in the window: beside an annotation (kind point), a trace (kind trace), or alone where the
-- annotator cannot say. NULL: confidence was not asked for, the clip was not heard, the trace was not shifted.
-- tags is a JSON list, visible a comma-separated one.
CREATE TABLE rating (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  clip_id INTEGER NOT NULL REFERENCES clip,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  kind TEXT NOT NULL CHECK (kind IN ('point', 'trace')),
  cannot_say INTEGER NOT NULL CHECK (cannot_say IN (0, 1)),
  confidence INTEGER CHECK (confidence BETWEEN 1 AND 5),
  tags TEXT NOT NULL,
  note TEXT NOT NULL,
  gain_db REAL,
  loudness_matched INTEGER NOT NULL CHECK (loudness_matched IN (0, 1)),
  visible TEXT NOT NULL,
  blinded INTEGER NOT NULL CHECK (blinded IN (0, 1)),
  tool TEXT NOT NULL,
  heard_s REAL NOT NULL,
  n_plays INTEGER NOT NULL,
  rate_hz REAL,
  lag_s REAL,
  given_at TEXT NOT NULL
) STRICT;
CREATE INDEX rating_by_clip ON rating (clip_id);
CREATE INDEX rating_by_annotator ON rating (annotator_id);

-- Which of two clips has more of a dimension: outcome 1 the first, -1 the second, 0 neither.
CREATE TABLE comparison (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  first_id INTEGER NOT NULL REFERENCES clip,
  second_id INTEGER NOT NULL REFERENCES clip,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  dimension TEXT NOT NULL CHECK (dimension IN ('valence', 'arousal')),
  outcome INTEGER NOT NULL CHECK (outcome IN (-1, 0, 1)),
  gain_db REAL,
  second_gain_db REAL,
  loudness_matched INTEGER NOT NULL CHECK (loudness_matched IN (0, 1)),
  visible TEXT NOT NULL,
  blinded INTEGER NOT NULL CHECK (blinded IN (0, 1)),
  heard_s REAL NOT NULL,
  n_plays INTEGER NOT NULL,
  given_at TEXT NOT NULL,
  CHECK (first_id <> second_id)
) STRICT;
CREATE INDEX comparison_by_first ON comparison (first_id);
CREATE INDEX comparison_by_second ON comparison (second_id);
CREATE INDEX comparison_by_annotator ON comparison (annotator_id);

-- A study: its plan is JSON (domain.study) and never changes, because answers stand at positions of its orders.
CREATE TABLE study (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL,
  plan TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;

-- Who takes part; background is a JSON object of answers to the plan's questions. agreed_at is empty without consent text.
CREATE TABLE study_person (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER NOT NULL REFERENCES study,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  agreed_at TEXT NOT NULL,
  background TEXT NOT NULL
) STRICT;
CREATE INDEX study_person_by_study ON study_person (study_id);
CREATE INDEX study_person_by_annotator ON study_person (annotator_id);

-- Every answer of a study, which nothing replaces, with what was heard before it and through what: valence and arousal
-- on [-1, 1], NULL for "can't say" and for a trace, which is float64 seconds [n] and float32 [n, 2] on [-1, 1].
CREATE TABLE study_answer (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER NOT NULL REFERENCES study,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  position INTEGER NOT NULL,
  task TEXT NOT NULL CHECK (task IN ('point', 'trace')),
  part TEXT NOT NULL CHECK (part IN ('practice', 'item', 'anchor', 'repeat')),
  clip_id INTEGER NOT NULL REFERENCES clip,
  valence REAL,
  arousal REAL,
  time_s BLOB,
  affect BLOB,
  cannot_say INTEGER NOT NULL CHECK (cannot_say IN (0, 1)),
  confidence INTEGER CHECK (confidence BETWEEN 1 AND 5),
  tags TEXT NOT NULL,
  note TEXT NOT NULL,
  gain_db REAL,
  loudness_matched INTEGER NOT NULL CHECK (loudness_matched IN (0, 1)),
  visible TEXT NOT NULL,
  blinded INTEGER NOT NULL CHECK (blinded IN (0, 1)),
  tool TEXT NOT NULL,
  heard_s REAL NOT NULL,
  n_plays INTEGER NOT NULL,
  device TEXT NOT NULL,
  given_at TEXT NOT NULL
) STRICT;
CREATE INDEX study_answer_by_study ON study_answer (study_id, annotator_id, position);
CREATE INDEX study_answer_by_clip ON study_answer (clip_id);
CREATE INDEX study_answer_by_annotator ON study_answer (annotator_id);

-- Clips whose published label somebody doubts, and why; the label itself stays as it is.
CREATE TABLE label_doubt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  clip_id INTEGER NOT NULL REFERENCES clip,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX label_doubt_by_clip ON label_doubt (clip_id);

-- Filters kept under a name, as the window writes them down (JSON). Names are not UNIQUE, as those of annotators.
CREATE TABLE saved_filter (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  filter TEXT NOT NULL
) STRICT;


-- What a model says over time: float32 valence and arousal [n, 2] at 2 Hz, NaN where no features were computed.
CREATE TABLE predicted_trace (
  model_id INTEGER NOT NULL,
  clip_id INTEGER NOT NULL,
  held_out INTEGER NOT NULL CHECK (held_out IN (0, 1)),
  time_s BLOB NOT NULL,
  affect BLOB NOT NULL,
  PRIMARY KEY (model_id, clip_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX predicted_trace_by_clip ON predicted_trace (clip_id);

-- A trace that is being recorded, written each second so that a crash takes at most one: no step of the history.
-- float64 seconds [n] on the clip's clock, float32 valence and arousal [n, 2] on [-1, 1] with NaN where not recorded.
CREATE TABLE trace_draft (
  clip_id INTEGER NOT NULL,
  annotator_id INTEGER NOT NULL,
  time_s BLOB NOT NULL,
  affect BLOB NOT NULL,
  written_at TEXT NOT NULL,
  PRIMARY KEY (clip_id, annotator_id)
) STRICT, WITHOUT ROWID;
