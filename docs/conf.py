"""Sphinx settings: warnings are errors, see the Makefile."""

project = "wijknet"
extensions = ["myst_parser", "sphinx.ext.doctest"]
html_theme = "furo"
exclude_patterns = ["_build"]
