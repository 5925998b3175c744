"""What Frontdesk is tried with: providers that play their part, and a run in which everything breaks."""
