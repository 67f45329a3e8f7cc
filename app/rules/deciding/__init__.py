"""The pure heart: what a change of an item asks for, and why."""
