"""What Harbour Clinic, the demo tenant, understands: definitions of its intents, and what people say."""
