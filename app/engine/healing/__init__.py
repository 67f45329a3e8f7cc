"""Healing: what GitLab did not tell is found, and handled as if it had been told."""
