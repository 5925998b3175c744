"""Conversations as they were held, written down as conversation tests with personal data masked."""
