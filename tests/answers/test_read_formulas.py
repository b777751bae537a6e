from __future__ import annotations

import pytest

from exsolve.answers.formulas import read_formula
from exsolve.answers.written import Vocabulary
from exsolve.errors import LanguageError
from exsolve.expression.tree import Shape

NAMES: dict[str, Shape] = {
    "V": ("m", "n"),
    "U": ("n", "n"),
    "W": ("n", "d"),
    "W_Q": ("d", "d"),
    "Q": ("d", "n"),
    "K": ("d", "k"),
    "x_t": ("d",),
    "y_t": ("m",),
    "z_t": ("m",),
    "h_t": ("n",),
    "h_prev": ("n",),
    "h_next": ("n",),
    "grad_h": ("n",),
    "grad_h_next": ("n",),
    "x": ("n",),
    "y": ("n",),
    "A": (2, 3),
    "c_1": (2,),
    "P": ("h", "k", "m"),
    "R": ("h", "k", "n"),
    "beta": (),
    "a": (),
    "b": (),
    "d": (),
    "lambda_star": (),
    "mu_batch": ("n",),
    "ctilde_t": ("n",),
    "x_hat": ("n",),
    "dh3_dh1": (),
}
VOCABULARY = Vocabulary(NAMES, {"f": 1, "q": 2})


def read(text: str, vocabulary: Vocabulary = VOCABULARY) -> str:
    return read_formula(text, vocabulary).understood


GRADIENT = "V.T @ (2*(y_t - z_t)) + U.T @ (h_next*(1 - h_next)*grad_h_next)"
FORMULAS = {
    # the same gradient as people write it
    "V^T (2(y_t - z_t)) + U^T diag(h_next*(1-h_next)) grad_h_next": "V.T @ (2*(y_t - z_t)) "
    "+ U.T @ diag(h_next*(1 - h_next)) @ grad_h_next",
    "V.T @ (2*(y_t - z_t)) + U.T @ (h_next*(1 - h_next)*grad_h_next)": GRADIENT,
    "Vᵀ (2·(y_t - z_t)) + Uᵀ (h_next ⊙ (1 - h_next) ⊙ grad_h_next)": GRADIENT,
    r"V^{\top} \left(2 \cdot \left(y_{t} - z_{t}\right)\right) + U^{\top} \left("
    r"h_{\mathrm{next}} \odot \left(1 - h_{\mathrm{next}}\right) \odot \nabla_{h_{\mathrm{next}}}"
    r"\right)": GRADIENT,
    r"$V^\top (2 (y_t - z_t)) + U^\top (h_{t+1} \odot (1 - h_{t+1}) \odot \nabla_{h_{t+1}} L)$": (
        GRADIENT
    ),
    r"V' (2(y_t-z_t)) + U' (h_{t+1} ⊙ (1 - h_{t+1}) ⊙ ∂L/∂h_{t+1})": GRADIENT,
    "V^T (2(y_t - z_t)) + U^T diag(h_next*(1-h_next)) grad_next": "V.T @ (2*(y_t - z_t)) "
    "+ U.T @ diag(h_next*(1 - h_next)) @ grad_h_next",
    r"V^\top 2 (z_t - y_t)": "V.T*2 @ (z_t - y_t)",
    "V.T 2 (z_t - y_t)": "V.T*2 @ (z_t - y_t)",
    # a number between ⊙ and a dot belongs to what follows it
    "h_t ⊙ 2·(1 - h_t)/2 ⊙ grad_h": "(h_t*2*(1 - h_t) / 2)*grad_h",
    r"h_t \odot 2 \cdot \left(1 - h_t\right)": "h_t*2*(1 - h_t)",
    # products by shapes
    "2x": "2*x",
    "2 a b": "2*a*b",
    "2(a+b)": "2*(a + b)",
    "a(1-a)": "a*(1 - a)",
    "(a)(b)": "a*b",
    "a x": "a*x",
    "x a": "x*a",
    "U x": "U @ x",
    "U V^T y_t": "U @ V.T @ y_t",
    "U(x + y)": "U @ (x + y)",
    "W x_t + U h_{t-1}": "W @ x_t + U @ h_prev",
    r"W\mathbf{x}_t": "W @ x_t",
    "W·x_t": "W @ x_t",
    r"W \cdot x_t": "W @ x_t",
    r"W \times x_t": "W @ x_t",
    r"a \cdot x": "a*x",
    r"2 \cdot U x": "2*(U @ x)",
    "h_t .* x": "h_t*x",
    "h_t ./ x": "h_t/x",
    "U .^ 2": "U^2",
    "V.' y_t": "V.T @ y_t",
    "a.*x": "a*x",
    "Vh_t - z_t": "V @ h_t - z_t",
    r"2V^\top(Vh_t - z_t)": "2*V.T @ (V @ h_t - z_t)",
    "UUh_prev": "U @ U @ h_prev",
    "diag(h_{t+1}(1-h_{t+1})) U": "diag(h_next*(1 - h_next)) @ U",
    "h_t ⊙ 2·3·(1 - h_t)": "h_t*2*3*(1 - h_t)",
    "diag(x·y)": "diag(x*y)",
    "diag(2 x y)": "diag(2*x*y)",
    "diag(x^T y x)": "diag(dot(x, y)*x)",
    "softargmax_β(K^T Q)": "softmax(beta*(K.T @ Q))",
    r"\operatorname{softargmax}_{\beta}(K^T Q)": "softmax(beta*(K.T @ Q))",
    r"V softmax_\beta(x)": "V @ softmax(beta*x)",
    "log_softmax_β(Q, axis=0)": "log_softmax(beta*Q, axis=0)",
    "x^T y": "dot(x, y)",
    "x.T @ y": "x @ y",
    "x @ y": "x @ y",
    "x y^T": "outer(x, y)",
    r"x \cdot y^T": "outer(x, y)",
    "x^T U y": "dot(x @ U, y)",
    "x^T U": "x @ U",
    "x y^T x": "outer(x, y) @ x",
    "x x^T - U": "outer(x, x) - U",
    "-x^T y": "dot(-x, y)",
    "h_t*(1-h_t)": "h_t*(1 - h_t)",
    r"h_t \odot (1 - h_t)": "h_t*(1 - h_t)",
    "h_t ∗ x": "h_t*x",
    "(h_t ⊙ (1 - h_t) ⊙ grad_h) x_tᵀ": "outer(h_t*(1 - h_t)*grad_h, x_t)",
    "⟨x, y⟩": "dot(x, y)",
    r"\langle x, y \rangle": "dot(x, y)",
    "diag(h_t) - h_t h_t^T": "diag(h_t) - outer(h_t, h_t)",
    "(U Uᵀ)⁻¹ y": "inverse(U @ U.T) @ y",
    # transposes
    "V^T": "V.T",
    "V^{T}": "V.T",
    "V'": "V.T",
    "V^⊤": "V.T",
    "V.T": "V.T",
    "Vᵀ": "V.T",
    r"V^\top": "V.T",
    r"V^{\intercal}": "V.T",
    r"V^{\mathsf{T}}": "V.T",
    r"V^\mathrm{T}": "V.T",
    "transpose(V)": "V.T",
    "(V)^T": "V.T",
    "V^TV": "V.T @ V",
    "x^T": "x",
    "U^{-1}": "inverse(U)",
    "U⁻¹": "inverse(U)",
    "inv(U) x": "inverse(U) @ x",
    # powers
    "1 - h_t^2": "1 - h_t^2",
    "a^2": "a^2",
    "a²": "a^2",
    "a^{-1}": "a^(-1)",
    "a^b": "a^b",
    "a^2(1-a)": "a^2*(1 - a)",
    "a^2 b": "a^2*b",
    r"a^2b \cdot b": "a^2*b*b",
    "U**2": "U^2",
    "e^{a}": "exp(a)",
    "e^(-a)": "exp(-a)",
    "e^{x}": "exp(x)",
    # functions
    r"\sigma(W x_t + U h_{t-1})": "sigmoid(W @ x_t + U @ h_prev)",
    "σ(a)": "sigmoid(a)",
    "sigmoid(a)": "sigmoid(a)",
    "ReLU(W x_t)": "relu(W @ x_t)",
    r"\operatorname{ReLU}(a)": "relu(a)",
    r"\tanh\left(a\right)": "tanh(a)",
    "ln a": "log(a)",
    "2 ln a": "2*log(a)",
    r"\text{softmax}(Q^T K/\sqrt{d})": "softmax(Q.T @ K / sqrt(d))",
    r"\operatorname{softmax}\left(\frac{Q^\top K}{\sqrt{d}}\right)": "softmax(Q.T @ K / sqrt(d))",
    "softmax(Q.T @ K, axis=0)": "softmax(Q.T @ K, axis=0)",
    "softmax_columns(QᵀK)": "softmax(Q.T @ K, axis=0)",
    r"\operatorname{softmax}_{\mathrm{rows}}(Q^T K)": "softmax(Q.T @ K, axis=1)",
    "log_softmax(x)": "log_softmax(x)",
    r"\operatorname{log\_softmax}(x)": "log_softmax(x)",
    "f(x)": "f(x)",
    r"\sigma'(a)": "sigmoid(a)*(1 - sigmoid(a))",
    "sigmoid'(a)": "sigmoid(a)*(1 - sigmoid(a))",
    "diag(σ'(x)) U": "diag(sigmoid(x)*(1 - sigmoid(x))) @ U",
    r"\tanh'(U x)": "1 - tanh(U @ x)^2",
    "ReLU'(x)": "x > 0",
    "limit(a^beta, beta, infinity)": "limit(a^beta, beta, infinity)",
    "limit(a^beta, beta, ∞)": "limit(a^beta, beta, infinity)",
    "np.matmul(U, x)": "U @ x",
    "np.dot(U, x)": "U @ x",
    "np.dot(x, y)": "dot(x, y)",
    "np.multiply(x, y)": "x*y",
    "np.linalg.inv(U) @ x": "inverse(U) @ x",
    "F.softmax(U, dim=0)": "softmax(U, axis=0)",
    "torch.softmax(U, dim=1)": "softmax(U, axis=1)",
    "math.log(80)": "log(80)",
    "q(x, y)": "q(x, y)",
    "sum(x)": "sum(x)",
    "np.sum(x)": "sum(x)",
    "A[0, 2]": "A[0, 2]",
    "A[:, 1:3]": "A[:, 1:3]",
    "A[-1]": "A[-1]",
    "A_{1, 3}": "A[0, 2]",
    "A₁₃": "A[0, 2]",
    "{A}_{1, 3} a": "A[0, 2]*a",
    "c_1₂": "c_1[1]",
    "{c_{1}}_{2}": "c_1[1]",
    "I_n - U": "identity(n) - U",
    r"I_{n} - U": "identity(n) - U",
    "(I + U) x": "(identity(n) + U) @ x",
    "U U^T + β I": "U @ U.T + beta*identity(n)",
    r"U - \frac12 I": "U - 1/2*identity(n)",
    "W I": "W @ identity(d)",
    "2 I x": "2*identity(n) @ x",
    "x^T I": "x @ identity(n)",
    "⌊a/2⌋ + 1": "floor(a/2) + 1",
    r"\left\lceil \frac{a}{2} \right\rceil": "ceil(a/2)",
    "P^T R": "transpose(P, axes=[0, 2, 1]) @ R",
    "P.T": "P.T",
    "R x": "R @ x",
    "identity(n) - U": "identity(n) - U",
    "where(x > 0, x, 0)": "where(x > 0, x, 0)",
    r"\mathbb{E}[a]": "expectation(a)",
    "Σₜ x yᵀ": "sum_t(outer(x, y))",
    r"\sum_{t=1}^{T} x y^T": "sum_t(outer(x, y))",
    r"\sum_t x y^T + U": "sum_t(outer(x, y)) + U",
    "sum_t(outer(x, y))": "sum_t(outer(x, y))",
    "sum_t (grad_h * h_t * (1 - h_t)) x_t^T": "sum_t(outer(grad_h*h_t*(1 - h_t), x_t))",
    "Σ_t (h_t * (1 - h_t)) x_t^T": "sum_t(outer(h_t*(1 - h_t), x_t))",
    r"\sum_t (h_t \odot (1 - h_t)) x_t^\top": "sum_t(outer(h_t*(1 - h_t), x_t))",
    "sum_t(x)^T U": "sum_t(x) @ U",
    "sum_t(a)*b + h_t": "sum_t(a)*b + h_t",
    "sqrt3": "sqrt(3)",
    # norms
    "‖x‖²": "sumsq(x)",
    "||x - y||^2": "sumsq(x - y)",
    r"\|x\|^2": "sumsq(x)",
    r"\|x\|_2^2": "sumsq(x)",
    r"\left\lVert x - y \right\rVert^2": "sumsq(x - y)",
    "‖x‖": "sqrt(sumsq(x))",
    "norm(x)": "sqrt(sumsq(x))",
    "|a|": "abs(a)",
    "a ‖x‖ ‖y‖": "a*sqrt(sumsq(x))*sqrt(sumsq(y))",
    # names
    "β a": "beta*a",
    r"\beta a": "beta*a",
    "beta a": "beta*a",
    "W_{Q} W_Q": "W_Q @ W_Q",
    "h_{next}": "h_next",
    r"h_{\text{next}}": "h_next",
    "hₜ": "h_t",
    "h_{t-1}": "h_prev",
    "hₜ₋₁": "h_prev",
    r"\lambda^\star": "lambda_star",
    r"\lambda^*": "lambda_star",
    "λ^⋆": "lambda_star",
    "μ_{batch}": "mu_batch",
    r"\mu_{\mathrm{batch}}": "mu_batch",
    r"\hat{x}": "x_hat",
    r"\hat x": "x_hat",
    "x̂": "x_hat",
    r"\mathbf{\hat{x}}": "x_hat",
    r"\nabla_{h}": "grad_h",
    r"\nabla_{h_t} L": "grad_h",
    r"\frac{\partial L}{\partial h_{t+1}}": "grad_h_next",
    r"\frac{\partial L}{\partial h_t}": "grad_h",
    "dL/dh_t": "grad_h",
    r"\frac{\partial h_{3}}{\partial h_{1}}": "dh3_dh1",
    "∂h_3/∂h_1": "dh3_dh1",
    # words that are rows of names
    "Q^TK": "Q.T @ K",
}


@pytest.mark.parametrize(("text", "tree"), FORMULAS.items(), ids=FORMULAS)
def test_formulas(text: str, tree: str) -> None:
    assert read(text) == tree


REFUSED = {
    "x y": ("x * y", "x^T y"),
    "h_t (1 - h_t)": ("h_t * (1 - h_t)", "h_t^T (1 - h_t)"),
    r"h_t \left(1 - h_t\right)": ("h_t * (1 - h_t)", "h_t^T (1 - h_t)"),
    "x · y": ("x * y", "x^T y"),
    r"x \times y": ("x * y", "x^T y"),
    r"W_Q \cdot W_Q": ("entry by entry", "W_Q @ W_Q"),
    "U^2": ("U U", "each entry"),
    "a/2b": ("(a/2)*b", "a/(2b)"),
    "1/2 a": ("(1/2)*a", "1/(2 a)"),
    "e^-ab": ("(e^-a)*b", "e^(-a*b)"),
    "√ab": ("(√a)*b", "√(a*b)"),
    "ln a b": ("(ln a) * b", "all"),
    "|x|": ("length", "entry"),
    "x + y^T": ("row", "column"),
    "x^T * y": ("row", "column"),
    "h_t ⊙ x grad_h^T": ("⊙ (x grad_h^T)", "and then"),
    r"h_t \circ x": ("entry by entry", "function"),
    r"h_t \otimes x": ("entry by entry", "outer product"),
    "σ^2(a)": ("applied twice",),
    # shapes, in the student's own words
    "V U^T x_t": ("V U^T", "x_t", "column of d numbers"),
    "V W^T": ("V is m x n", "W^T is d x n", "V W"),
    "U*W": ("U is n x n", "W is n x d", "U @ W"),
    "x + y_t": ("x is a column of n numbers", "y_t is a column of m numbers"),
    "W @ h_t": ("W^T @ h_t", "W is n x d"),
    "W^T x_t": ("W^T is d x n", "x_t is a column of d numbers"),
    "V^{-1}": ("square",),
    "a @ x": ("a * x",),
    "2 @ U": ("2 * U",),
    "x^T y^T": ("two rows",),
    # names
    "V^T grad_nxt": ("grad_nxt", "grad_h_next"),
    "gama": ("one of V, U, W",),
    "h_{t+2}": ("h_{t+2}",),
    "h_nex": ("h_next",),
    "softmx(x)": ("softmax(...)",),
    "g(x)": ("no function",),
    "f(x, y)": ("1 argument",),
    "log2": ("to base 2", "natural logarithm of 2", "ln(2)"),
    "log10 a": ("to base 10", "natural logarithm of 10"),
    "x 2": ("x*2", "[x, 2]"),
    "A[1, 2]": ("from 0", "from 1", "A_{1, 2}"),
    "A[1, :]": ("from 0", "from 1"),
    "A_{3, 1}": ("outside",),
    "A_{0, 1}": ("no name",),
    "x_1": ("no name 'x_1'",),
    "x[": ("index",),
    # forms
    "x = y": ("equation",),
    "2*V'*(y_t-z_t)": ("the product of matrices, 2*V' @ (y_t-z_t)", "every row of 2*V'"),
    "2*V.T*y_t": ("@", "every row"),
    "x'*U": ("x' @ U", "x' times every row of U"),
    "softmax_x(y)": ("no number of this exercise", "found:    x"),
    "softmax_β y": ("needs its brackets",),
    "U diag(x) x y": ("x) * y", "x)^T y"),
    "see the other sheet": ("words are no answer", "a formula"),
    "a \\approx 1": ("equation",),
    "x, y": ("write [x, y]",),
    "": ("nothing",),
    "a +": ("ends after",),
    "(a": ("never closed",),
    "a)": ("never opened",),
    "‖x": ("never closed",),
    r"\int a": ("integrals",),
    r"\prod a": ("products over an index",),
    r"\sum_{i} a": ("over t only",),
    "σ' a": ("needs its brackets",),
    "exp'(a)": ("needs its brackets",),
    "matmul(U)": ("two arrays",),
    "exp(infinity)": ("infinity is no number",),
    "norm(True)": ("norm takes a value",),
    "conv{a}": ("'weight' is missing",),
    r"reshape{a}": ("'shape' is missing",),
    "I": ("size", "I_n"),
    "-I": ("size",),
    "a + I": ("size",),
    "I * U": ("size",),
    "x I": ("size",),
    "sum(I)": ("size",),
    "I + W": ("square", "W is n x d"),
    "I^2": ("no name 'I'",),
    "diag x": ("diag(x)",),
    "softmax x": ("softmax(x)",),
    "inf x": ("infinity is no number",),
    "x_": ("_",),
    "a^": ("ends after",),
    "a^x": ("an exponent is a number",),
    "softmax(x, axis=0, axis=1)": ("given twice",),
    "softmax(U, axis=a)": ("axis",),
    "max_pool(x)": ("size",),
}


def refusal(text: str, vocabulary: Vocabulary = VOCABULARY) -> LanguageError:
    with pytest.raises(LanguageError) as caught:
        read(text, vocabulary)
    return caught.value


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    error = refusal(text)
    for part in REFUSED[text]:
        assert part in str(error)
    assert 0 <= error.offset <= len(text)


def test_a_symbol_called_t_makes_raised_t_doubtful() -> None:
    vocabulary = Vocabulary({"V": (2, 2), "T": ()}, {})
    said = str(refusal("V^T", vocabulary))
    assert "the transpose of V" in said
    assert "V to the power of T" in said
    assert read("V' T", vocabulary) == "V.T*T"


def test_the_middle_of_a_name_is_left_out_where_one_name_alone_has_it() -> None:
    names: dict[str, Shape] = {"grad_h_next": (), "grad_h": ()}
    assert read("grad_next", Vocabulary(names, {})) == "grad_h_next"
    assert read("grad_next", Vocabulary({**names, "grad_next": ()}, {})) == "grad_next"
    assert "no name" in str(refusal("grad_next", Vocabulary({**names, "grad_c_next": ()}, {})))


def test_a_name_called_e_is_that_name() -> None:
    assert read("e^a", Vocabulary({"a": (), "e": ()}, {})) == "e^a"


def test_a_name_called_sigma_is_no_function() -> None:
    vocabulary = Vocabulary({"sigma": (), "a": ()}, {})
    said = str(refusal("σ(a)", vocabulary))
    assert "sigmoid(a)" in said
    assert "sigma*(a)" in said


def test_a_name_called_x_is_no_cross() -> None:
    vocabulary = Vocabulary({"x": ()}, {})
    assert "two ways" in str(refusal("2 x 10^3", vocabulary))


def test_the_gradient_of_one_step_is_a_name() -> None:
    names: dict[str, Shape] = {"grad_h_local": ("n",), "grad_h_next": ("n",), "grad_h": ("n",)}
    vocabulary = Vocabulary({**names, "h_t": ("n",), "h_next": ("n",)}, {})
    local, following = r"\frac{\partial L_t}{\partial h_t}", r"\frac{\partial L}{\partial h_{t+1}}"
    assert read(f"{local} + {following}", vocabulary) == "grad_h_local + grad_h_next"
    assert read("∂L_t/∂h_t", vocabulary) == "grad_h_local"
    assert read("∂L/∂h_t", vocabulary) == "grad_h"


def test_names_side_by_side_without_a_space() -> None:
    vocabulary = Vocabulary({"Q": (2, 3), "K": (2, 3)}, {})
    assert read("Q^TK", vocabulary) == "Q.T @ K"
    assert read("KQ^T", vocabulary) == "K @ Q.T"
    with pytest.raises(LanguageError, match="no name"):
        read("KZ", vocabulary)


def test_letters_that_are_sizes_stand_in_settings_only() -> None:
    assert read("ones([n]) + x") == "ones([n]) + x"
    assert "no name 'n'" in str(refusal("n + 1"))


def test_formulas_are_no_values() -> None:
    found = read_formula("[1, 2] + x", Vocabulary({"x": (2,)}, {}))
    assert found.shape is None
    assert found.numbers == ()
