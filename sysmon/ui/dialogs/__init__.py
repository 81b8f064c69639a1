"""Dialogs. They are opened, never executed: a nested loop would stall the coroutines of the window."""
