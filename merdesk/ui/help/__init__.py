"""Help in the window: pages in Markdown, the sheet of keys, hints at the first start."""
