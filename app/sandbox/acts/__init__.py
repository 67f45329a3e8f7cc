"""GitLab's rules of changing things: who may what, and what else changes with it. No HTTP here."""
