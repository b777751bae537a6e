"""Documents opened by the programs that readers open them with."""
