"""Cross-checks of a rule file: each module looks at one kind of thing and puts what it finds among the findings."""
