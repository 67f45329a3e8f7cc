"""Measures what the program costs, from outside: real processes, real HTTP, on this machine."""
