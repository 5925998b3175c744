"""The web chat has no provider to play: only its visitors."""
