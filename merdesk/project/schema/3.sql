-- Categories that were chosen beside an answer (a JSON list), and answers about pairs of clips within a study.
ALTER TABLE rating ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';
ALTER TABLE study_answer ADD COLUMN categories TEXT NOT NULL DEFAULT '[]';

-- Every answer about a pair within a study, which nothing replaces: 1 where the first clip has more of a dimension, -1
-- where the second has, 0 for neither. gain_db and second_gain_db are NULL for a clip that was not heard.
CREATE TABLE study_pair (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  study_id INTEGER NOT NULL REFERENCES study,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  position INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('practice', 'item', 'repeat')),
  first_id INTEGER NOT NULL REFERENCES clip,
  second_id INTEGER NOT NULL REFERENCES clip,
  valence INTEGER NOT NULL CHECK (valence IN (-1, 0, 1)),
  arousal INTEGER NOT NULL CHECK (arousal IN (-1, 0, 1)),
  gain_db REAL,
  second_gain_db REAL,
  loudness_matched INTEGER NOT NULL CHECK (loudness_matched IN (0, 1)),
  visible TEXT NOT NULL,
  blinded INTEGER NOT NULL CHECK (blinded IN (0, 1)),
  heard_s REAL NOT NULL,
  n_plays INTEGER NOT NULL,
  device TEXT NOT NULL,
  given_at TEXT NOT NULL,
  CHECK (first_id <> second_id)
) STRICT;
CREATE INDEX study_pair_by_study ON study_pair (study_id, annotator_id, position);
CREATE INDEX study_pair_by_first ON study_pair (first_id);
CREATE INDEX study_pair_by_second ON study_pair (second_id);
CREATE INDEX study_pair_by_annotator ON study_pair (annotator_id);

-- Further columns of imported tables, a row each: int64 ids of clips [n], ascending, and their cells as a JSON list of texts.
CREATE TABLE imported_column (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER NOT NULL REFERENCES import_batch,
  name TEXT NOT NULL,
  clip_ids BLOB NOT NULL,
  cells TEXT NOT NULL
) STRICT;
CREATE INDEX imported_column_by_batch ON imported_column (batch_id);
