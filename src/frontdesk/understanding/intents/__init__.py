"""What a contact wants: training data, the local classifier, its threshold and what is decided with them."""
