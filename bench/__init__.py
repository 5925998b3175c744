"""How fast, how light and how fair Frontdesk is: `python -m bench`."""
