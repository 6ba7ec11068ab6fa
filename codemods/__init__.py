"""One file per codemod; its stem, with dashes, is the codemod's id."""
