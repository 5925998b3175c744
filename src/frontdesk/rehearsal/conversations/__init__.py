"""Conversation tests: what a person says and what the bot has to answer, written down by a tenant and held to."""
