"""The project: one folder, one SQLite file, undo for everything."""
