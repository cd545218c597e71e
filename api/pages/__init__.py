"""What the pages are made of: words in two languages, forms, the waterfall of the evidence, templates and the style sheet."""
