-- Authored tables are STRICT and AUTOINCREMENT: an id that was once given is never given again, so that a derived
-- row (a prediction, a digest) cannot attach to another clip after an undo.
-- NULL stands only where a value is missing (NaN), where a row was made by hand (batch_id), or "to the end" (duration_s).

CREATE TABLE import_batch (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('loading', 'active', 'undone')),
  keep_partial INTEGER NOT NULL CHECK (keep_partial IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE dataset (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER NOT NULL REFERENCES import_batch,
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  loader TEXT NOT NULL,
  valence_min REAL NOT NULL,
  valence_max REAL NOT NULL,
  arousal_min REAL NOT NULL,
  arousal_max REAL NOT NULL,
  scale_kind TEXT NOT NULL CHECK (scale_kind IN ('interval', 'rank')),
  description TEXT NOT NULL,
  citation TEXT NOT NULL,
  bibtex TEXT NOT NULL,
  licence TEXT NOT NULL,
  url TEXT NOT NULL,
  emotion TEXT NOT NULL CHECK (emotion IN ('perceived', 'induced', 'unknown')),
  grouped_by TEXT NOT NULL,
  expected_counts TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1))
) STRICT;
CREATE INDEX dataset_by_batch ON dataset (batch_id);

-- Where audio lies. Paths are bytes, because a file name need not be text; path_text is for people.
CREATE TABLE root (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path BLOB NOT NULL,
  path_text TEXT NOT NULL
) STRICT;

CREATE TABLE track (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER NOT NULL REFERENCES import_batch,
  title TEXT NOT NULL,
  artist TEXT NOT NULL,
  album TEXT NOT NULL
) STRICT;
CREATE INDEX track_by_batch ON track (batch_id);

-- A track's file is its newest row here; locating audio adds rows and changes none.
CREATE TABLE audio_file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER REFERENCES import_batch,
  track_id INTEGER NOT NULL REFERENCES track,
  root_id INTEGER NOT NULL REFERENCES root,
  path BLOB NOT NULL,
  path_text TEXT NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  quick_key BLOB NOT NULL,
  duration_s REAL,
  sample_rate_hz INTEGER NOT NULL,
  n_channels INTEGER NOT NULL,
  codec TEXT NOT NULL,
  warning TEXT NOT NULL
) STRICT;
CREATE INDEX audio_file_by_track ON audio_file (track_id, id);
CREATE INDEX audio_file_by_batch ON audio_file (batch_id) WHERE batch_id IS NOT NULL;

CREATE TABLE clip (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER NOT NULL REFERENCES import_batch,
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  track_id INTEGER NOT NULL REFERENCES track,
  source_id TEXT NOT NULL,
  onset_s REAL NOT NULL,
  duration_s REAL,
  genre_raw TEXT NOT NULL,
  group_name TEXT NOT NULL,
  split TEXT NOT NULL,
  folded TEXT NOT NULL
) STRICT;
CREATE INDEX clip_by_batch ON clip (batch_id);
CREATE INDEX clip_by_dataset ON clip (dataset_id);
CREATE INDEX clip_by_track ON clip (track_id);

-- source is empty for people who rate in the window, else the name of the dataset that they are known from.
-- Names are not UNIQUE here: an undone renaming must be able to come back beside one that was added meanwhile.
CREATE TABLE annotator (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'published'))
) STRICT;
CREATE INDEX annotator_by_name ON annotator (source, name);

-- One value for a whole clip, on the dataset's scale; batch_id is NULL for what was rated in the window.
CREATE TABLE annotation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER REFERENCES import_batch,
  clip_id INTEGER NOT NULL REFERENCES clip,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  valence REAL,
  arousal REAL,
  valence_std REAL,
  arousal_std REAL,
  n_raters INTEGER NOT NULL CHECK (n_raters >= 1)
) STRICT;
CREATE INDEX annotation_by_clip ON annotation (clip_id);
CREATE INDEX annotation_by_batch ON annotation (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX annotation_by_annotator ON annotation (annotator_id);

-- A trace over time is one row: float64 seconds [n], float32 valence and arousal [n, 2], float32 spread [n, 2].
CREATE TABLE trace (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER REFERENCES import_batch,
  clip_id INTEGER NOT NULL REFERENCES clip,
  annotator_id INTEGER NOT NULL REFERENCES annotator,
  valence_min REAL NOT NULL,
  valence_max REAL NOT NULL,
  arousal_min REAL NOT NULL,
  arousal_max REAL NOT NULL,
  scale_kind TEXT NOT NULL CHECK (scale_kind IN ('interval', 'rank')),
  time_s BLOB NOT NULL,
  affect BLOB NOT NULL,
  spread BLOB
) STRICT;
CREATE INDEX trace_by_clip ON trace (clip_id);
CREATE INDEX trace_by_annotator ON trace (annotator_id);

CREATE TABLE genre_mapping (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER NOT NULL REFERENCES dataset,
  raw TEXT NOT NULL,
  primary_genre TEXT NOT NULL,
  UNIQUE (dataset_id, raw)
) STRICT;

-- Every repair of published values: what was done to which clips, and whether it holds. clip_ids is int64 [n], or
-- NULL for the whole dataset; codes is int32 [n] where the repair gives each clip one of several values.
CREATE TABLE provenance (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  dataset_id INTEGER REFERENCES dataset,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  details TEXT NOT NULL,
  clip_ids BLOB,
  codes BLOB,
  reverted INTEGER NOT NULL DEFAULT 0 CHECK (reverted IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE model (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  features TEXT NOT NULL,
  trained_on TEXT NOT NULL,
  settings TEXT NOT NULL,
  metrics TEXT NOT NULL,
  file_name TEXT NOT NULL,
  removed INTEGER NOT NULL DEFAULT 0 CHECK (removed IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;

-- The history. A changeset undoes and redoes; subject names what may be purged once the step is gone ("batch 3").
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label TEXT NOT NULL,
  gesture TEXT,
  subject TEXT,
  changeset BLOB NOT NULL,
  undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_undone ON history (undone, id);
CREATE INDEX history_by_subject ON history (subject) WHERE subject IS NOT NULL;

-- Small settings of this project, as JSON, and the number of changes so far: neither is undone.
CREATE TABLE project_value (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE revision (n INTEGER NOT NULL) STRICT;
INSERT INTO revision (n) VALUES (0);

-- Derived rows: they can be computed again and refer to authored rows by id alone, so that an undo never meets them.
CREATE TABLE digest (file_id INTEGER PRIMARY KEY, digest BLOB NOT NULL) STRICT;
CREATE TABLE loudness (clip_id INTEGER PRIMARY KEY, lufs REAL) STRICT;
CREATE TABLE prediction (
  model_id INTEGER NOT NULL,
  clip_id INTEGER NOT NULL,
  held_out INTEGER NOT NULL CHECK (held_out IN (0, 1)),
  valence REAL,
  arousal REAL,
  PRIMARY KEY (model_id, clip_id, held_out)
) STRICT, WITHOUT ROWID;
CREATE INDEX prediction_by_clip ON prediction (clip_id);
CREATE TABLE problem (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  batch_id INTEGER,
  file TEXT NOT NULL,
  line INTEGER,
  reason TEXT NOT NULL
) STRICT;

-- What readers see: active batches, and datasets that are not removed.
CREATE VIEW seen_batch AS SELECT id FROM import_batch WHERE state = 'active';
CREATE VIEW seen_dataset AS
  SELECT * FROM dataset WHERE removed = 0 AND batch_id IN (SELECT id FROM seen_batch);
CREATE VIEW seen_clip AS
  SELECT * FROM clip
  WHERE batch_id IN (SELECT id FROM seen_batch) AND dataset_id IN (SELECT id FROM seen_dataset);
CREATE VIEW seen_annotation AS
  SELECT * FROM annotation WHERE batch_id IS NULL OR batch_id IN (SELECT id FROM seen_batch);
CREATE VIEW seen_trace AS
  SELECT * FROM trace WHERE batch_id IS NULL OR batch_id IN (SELECT id FROM seen_batch);
-- No join in here: as the right side of a LEFT JOIN it would be computed for every track each time.
CREATE VIEW current_file AS
  SELECT * FROM audio_file
  WHERE id = (
    SELECT max(other.id) FROM audio_file AS other
    WHERE other.track_id = audio_file.track_id
      AND (other.batch_id IS NULL OR other.batch_id IN (SELECT id FROM seen_batch))
  );
