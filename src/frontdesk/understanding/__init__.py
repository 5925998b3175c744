"""What a person sent, understood: media to text, language, intent, entities."""
