"""The team's process as the bot is held to it: its seventy automations, and which rule performs which."""
