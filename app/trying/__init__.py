"""Trying out with the real handlers and templates, on an imagined GitLab: nothing here can write anything anywhere."""
