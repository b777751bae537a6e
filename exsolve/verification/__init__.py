"""What makes a general formula or a derivation trustworthy: random instances, exact comparisons."""
