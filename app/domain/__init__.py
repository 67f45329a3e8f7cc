"""The words of the board as plain frozen data. Imports nothing of ours; everything else imports it."""
