"""An author's prose in every format; a package, because its modules share a generator of texts."""
