"""The verifier: what the rules can do to an item, explored by asking the real ``decide``."""
