"""Pure values: what a metric, a series, a batch and a process are. No I/O, no clock, no logging."""
