"""The kinds of evidence, one module each; `matcher.evidence` declares which are used."""
