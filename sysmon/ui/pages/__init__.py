"""One file for each page of a machine, and what they have in common (`page`)."""
