"""From the text of a rule file to a RuleBook: positions, every fault in one run, cross-checks, the schema."""
