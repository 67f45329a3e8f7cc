"""What an editor shows while somebody writes a rule file."""
