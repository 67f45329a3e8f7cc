"""Trying rules out: tests in the words of the rule file, imagined items, and history decided again. Pure."""
