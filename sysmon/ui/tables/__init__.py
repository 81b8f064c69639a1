"""Long tables: own sorted models, because a proxy model costs twelve times as much for each refresh."""
