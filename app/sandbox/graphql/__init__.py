"""As much of GitLab's GraphQL API as epics need, which REST gives up."""
