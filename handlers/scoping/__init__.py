"""The scoping issue as it is born from the Services Calculator's form."""
