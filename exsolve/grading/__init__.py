"""A class: a folder of answer files marked in workers, one row for each student."""
