"""Tests of the port to language models."""
