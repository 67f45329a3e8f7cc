"""The sandbox's pages for people: the board to drag cards on, issues, groups, projects, the chat."""
