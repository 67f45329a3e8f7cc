"""The rule file told to people: a sheet of sentences, a table of moves, the board as a drawing. Pure functions."""
