"""Outside services, and our own copies of what they and the database say."""
