"""What travels between machines, without I/O and without a clock: bytes and time in, messages and deadlines out."""
