"""Proof under faults: the real bot is killed, and its messenger made unreliable; what comes of it must be the same."""
