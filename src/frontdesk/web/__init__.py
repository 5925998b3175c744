"""HTTP: webhooks, the API, the web chat, health."""
