"""Quick actions: lines like ``/close`` in descriptions and comments, taken out and done with the writer's rights."""
