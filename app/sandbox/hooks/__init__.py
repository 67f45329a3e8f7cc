"""The sandbox GitLab's webhooks: what is sent, to whom, signed how, logged where."""
