"""Tables of facts about Python and libraries: data that codemods read."""
