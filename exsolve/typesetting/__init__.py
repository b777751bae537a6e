"""How values, steps and tables are laid out on a page of text, for the formats that need it."""
