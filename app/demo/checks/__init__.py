"""The words in which the story says what must come true; each is tested against the sandbox's state alone."""
