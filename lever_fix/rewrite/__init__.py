"""From accepted findings to new text: splices, imports, definitions, manifests, statements."""
