"""Doing something to processes: each action answers what was done, or why not. Knows no screen."""
