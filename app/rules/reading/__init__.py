"""What the text of an item says: the facts."""
