"""Routing rules: what a tenant says about who answers which message, decided and explained without I/O."""
