"""The plan: one paper for each commune."""
