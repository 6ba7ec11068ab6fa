"""What is known of the project as a whole: modules, symbols, classes, the call graph."""
