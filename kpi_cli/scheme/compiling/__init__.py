"""From the document's shape to the compiled scheme: names resolved, formulas checked, numbers exact."""
