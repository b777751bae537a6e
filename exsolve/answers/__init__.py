"""Reading what people write as answers: the files, and the values and formulas in them."""
