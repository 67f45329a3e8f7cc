"""The demo: a sandbox GitLab, the real bot beside it, and scripted people who play one deal from request to project."""
