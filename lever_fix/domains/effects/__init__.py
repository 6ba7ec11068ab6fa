"""What a function does besides returning: worked out over the call graph, only for who is asked."""
