"""Pure values and decisions: nothing here reads a clock, a socket or a disk."""
