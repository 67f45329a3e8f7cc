"""What the verifier asks of a rule file, one question a module."""
