"""How the sandbox's records look as JSON: one module per kind of record."""
