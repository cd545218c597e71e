"""Quality and speed, measured by hand: `python -m bench`."""
