"""Tests of the handlers and of the texts that they post."""
