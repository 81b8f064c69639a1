"""Moving and keeping samples: sampler, bus, store, query. Knows no screen and no peer."""
