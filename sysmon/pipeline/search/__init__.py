"""The filter language for processes: words, fields and figures, joined by and, or, not."""
