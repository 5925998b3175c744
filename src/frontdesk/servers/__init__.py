"""The two servers Frontdesk can bring along: each knows how to start, be found, and stop."""
