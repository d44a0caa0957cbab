"""The pages, each with its templates: they read the view, and change nothing but by commands."""
