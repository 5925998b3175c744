"""Language models: one small port, and what stands behind it."""
