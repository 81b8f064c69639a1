"""What runs around the pipeline: engine, agent, options, settings, paths, logs. Knows no screen."""
