"""One module per user-visible verb: prepare, run, commit; no Qt."""
