"""``./run check``: what it looks at, and the forms in which it says what it found."""
