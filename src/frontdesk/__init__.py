"""Frontdesk: a self-hosted, multi-tenant conversation hub."""
