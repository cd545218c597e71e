"""The ways in over HTTP: one module per resource; the JSON interface here, the HTML pages in `pages`."""
