"""Every limit in one place. Each is far above what a worksheet needs and far below what hurts."""

FILE_BYTES = 1 << 20
YAML_DEPTH = 64
YAML_NODES = 200_000
PROBLEMS_SHOWN = 50

TEXT_LENGTH = 10_000
"""Characters of one expression."""
DEPTH = 100
"""Nesting of brackets, signs and powers in one expression."""
TREE_HEIGHT = 200
"""Operations inside one another, long sums included; every walk of a tree recurs that deep."""
DIGITS = 1_000
"""Digits of one number as it is written."""
DECIMAL_EXPONENT = 1_000
"""Largest power of ten that a number in scientific notation may carry."""
POWER_BITS = 40_000
"""Bits of a rational power, estimated before it is computed."""
VALUE_BITS = 1_000_000
"""Bits of one rational that later quantities may use: squares of squares double them each time."""
NAME_LENGTH = 80
MATHEMATICS_LENGTH = 300_000
"""Characters of LaTeX that is shown in another notation: a large matrix has that many."""
MATHEMATICS_DEPTH = 200
"""Nesting in it; a browser stops at 512 elements inside one another, Typst at some 300."""

DIMENSIONS = 8
CELLS = 1_000_000
"""Cells of one array."""
WINDOW_PRODUCTS = 50_000_000
"""Products of two numbers in one convolution."""
INVERSE_SIZE = 100
"""Rows of a matrix that is inverted."""
INVERSE_BITS = 100_000_000
"""Bits of all cells of an inverse, estimated before it is computed: each is a quotient of
determinants."""
ADJUGATE_SIZE = 6
"""The same where cells are closed forms or symbols: a determinant has n! terms."""
IMAGE_SIZE = 10_000_000
"""Largest size of one dimension in a shape table, whose arrays are never made."""
MAGNITUDE = 1e300
"""Values beyond this overflow the float64 route and are refused."""

CLOSED_FORM_TERMS = 400
"""Terms of a product that is still multiplied out."""
CLOSED_FORM_SIZE = 24
"""Atoms of a closed form above which later quantities refer to it by name."""
NESTED_SIZE = 1
"""The same for a closed form with a sigmoid or tanh in it, which never becomes simpler."""
BALL_BITS = 20_000
"""Working precision above which a decimal or a sign is given up as undecided."""

LAYERS = 5_000
TIME_STEPS = 2_000
PRINTED_DIGITS = 50

VARIANTS = 1_000
"""Variants of an exercise that are asked for at once."""
VARIATION_VALUES = 1_000_000
"""Values in a range that is drawn from."""
VARIATION_CELLS = 1_000
"""Cells of an array that is drawn, and values that are chosen from."""
VARIATION_PASSAGES = 200
"""Passages of a file that a variation replaces."""
VARIATION_TRIES = 10_000
"""Draws for one variant, those that conditions refuse among them."""
VARIATION_EVALUATIONS = 2_000
"""The same of draws for which quantities of the exercise are computed."""
VARIATION_BUILDS = 200
"""The same of draws for which a whole exercise is read."""
VARIATION_WORK = 5_000_000
"""Numbers that are computed in all tries of each of these sorts."""
VARIATION_FIRST = 200
"""Random draws before all draws are gone through, where they are few."""

ANSWER_LINES = 5_000
"""Lines of a file of answers."""
ANSWER_LENGTH = 50_000
"""Characters of one answer that is a value; a formula has those of an expression."""
ANSWER_TOKENS = 25_000
"""Numbers, names and signs of one answer."""
ANSWER_NUMBERS = 10_000
"""Numbers of one answer."""
ANSWER_DEPTH = 60
"""Nesting of brackets, signs and powers in one answer."""
ANSWER_CHAIN = 10
"""Values of one answer with signs of equality between them."""
REPEATING_DIGITS = 60
"""Digits of a repeating decimal."""

SUBMISSION_SECONDS = 10
"""Of a processor, for judging one file of a class."""
SUBMISSION_BYTES = 1 << 30
"""Memory that judging one file of a class may take besides what a process has."""
