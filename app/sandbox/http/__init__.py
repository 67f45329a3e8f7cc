"""What every call to the sandbox GitLab has in common: who asks, how often, in which pages, with which errors."""
