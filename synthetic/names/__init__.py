"""Names that the synthetic trust draws from, one a line, the commonest first; read by `synthetic.values`."""
