"""sowbot: does the work around every drag of a card on the SOW Proposal Approval Board."""

__version__ = "0.1.0"
