"""The customer's collaboration project: its blueprint, its names, and building it piece by piece."""
