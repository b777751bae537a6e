r"""What pdfLaTeX can show: characters of its text fonts, and commands of mathematics for others.

Both tables were held against pdfTeX with T1 fonts (Computer Modern and Latin Modern, typewriter
as well) and the packages amsmath, amssymb and textcomp; ``tests/documents`` does it again. The
commands are those of LaTeX (Lamport, LaTeX: A Document Preparation System, tables 3.3 to 3.8) and
of amssymb (AMS, User's Guide to AMSFonts).
"""

from __future__ import annotations

_CHARACTERS = """
¡¢£¤¥¦§¨©ª«¬®¯°±´µ¶·¸º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþ
ÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĨĩĪīĬĭĮįİıĴĵĶķĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞ
şŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽžƒǄǅǆǇǈǉǊǋǌǍǎǏǐǑǒǓǔǢǣǦǧǨǩǪǫǰǴǵȘșȚțȲȳȷˆˇ˘˙˛˜˝฿ḂḃḍḞḟḠḡḥḰḱḷṃṅṇṛṣ
ṭẎẏẐẑỲỳ‒–—―‖‘’‚“”„†‡•…‰‹›※‽₡₤₦₩₫€₱℃№℗℞Ω℮←↑→↓〈〉␢␣◦♪
"""

_COMMANDS = """
¬ neg ± pm µ mu · cdot × times ÷ div Γ Gamma Δ Delta Θ Theta Λ Lambda Ξ Xi Π Pi Σ Sigma Υ
Upsilon Φ Phi Ψ Psi Ω Omega α alpha β beta γ gamma δ delta ε varepsilon ζ zeta η eta θ theta ι
iota κ kappa λ lambda μ mu ν nu ξ xi π pi ρ rho ς varsigma σ sigma τ tau υ upsilon φ varphi χ
chi ψ psi ω omega ϑ vartheta ϕ phi ϖ varpi ϝ digamma ϰ varkappa ϱ varrho ϵ epsilon ϶ backepsilon
ι iota
† dagger ‡ ddagger • bullet … ldots ‵ backprime ℏ hbar ℓ ell ℘ wp ℵ aleph ℶ beth ℷ gimel ℸ
daleth ← leftarrow ↑ uparrow → rightarrow ↓ downarrow ↔ leftrightarrow ↕ updownarrow ↖ nwarrow ↗
nearrow ↘ searrow ↙ swarrow ↚ nleftarrow ↛ nrightarrow ↞ twoheadleftarrow ↠ twoheadrightarrow ↢
leftarrowtail ↣ rightarrowtail ↦ mapsto ↩ hookleftarrow ↪ hookrightarrow ↫ looparrowleft ↬
looparrowright ↭ leftrightsquigarrow ↮ nleftrightarrow ↰ Lsh ↱ Rsh ↶ curvearrowleft ↷
curvearrowright ↺ circlearrowleft ↻ circlearrowright ↼ leftharpoonup ↽ leftharpoondown ↾
upharpoonright ↿ upharpoonleft ⇀ rightharpoonup ⇁ rightharpoondown ⇂ downharpoonright ⇃
downharpoonleft ⇄ rightleftarrows ⇆ leftrightarrows ⇇ leftleftarrows ⇈ upuparrows ⇉
rightrightarrows ⇊ downdownarrows ⇋ leftrightharpoons ⇌ rightleftharpoons ⇍ nLeftarrow ⇎
nLeftrightarrow ⇏ nRightarrow ⇐ Leftarrow ⇑ Uparrow ⇒ Rightarrow ⇓ Downarrow ⇔ Leftrightarrow ⇕
Updownarrow ⇚ Lleftarrow ⇛ Rrightarrow ⇝ rightsquigarrow ∀ forall ∁ complement ∂ partial ∃
exists ∄ nexists ∅ varnothing ∆ Delta ∇ nabla ∈ in ∉ notin ∊ in ∋ ni ∍ ni ∎ blacksquare ∏ prod ∐
coprod ∑ sum ∓ mp ∔ dotplus ∖ smallsetminus ∗ ast ∘ circ ∙ bullet √ surd ∝ propto ∞ infty ∠
angle ∡ measuredangle ∢ sphericalangle ∣ mid ∤ nmid ∥ parallel ∦ nparallel ∧ wedge ∨ vee ∩ cap ∪
cup ∫ int ∬ iint ∭ iiint ∮ oint ∴ therefore ∵ because ∼ sim ∽ backsim ≀ wr ≃ simeq ≅ cong ≈
approx ≊ approxeq ≍ asymp ≎ Bumpeq ≏ bumpeq ≐ doteq ≑ doteqdot ≒ fallingdotseq ≓ risingdotseq ≖
eqcirc ≗ circeq ≜ triangleq ≠ neq ≡ equiv ≤ leq ≥ geq ≦ leqq ≧ geqq ≨ lneqq ≩ gneqq ≪ ll ≫ gg ≬
between ≮ nless ≯ ngtr ≰ nleq ≱ ngeq ≲ lesssim ≳ gtrsim ≶ lessgtr ≷ gtrless ≺ prec ≻ succ ≼
preceq ≽ succeq ≾ precsim ≿ succsim ⊀ nprec ⊁ nsucc ⊂ subset ⊃ supset ⊆ subseteq ⊇ supseteq ⊈
nsubseteq ⊉ nsupseteq ⊊ subsetneq ⊋ supsetneq ⊎ uplus ⊏ sqsubset ⊐ sqsupset ⊑ sqsubseteq ⊒
sqsupseteq ⊓ sqcap ⊔ sqcup ⊕ oplus ⊖ ominus ⊗ otimes ⊘ oslash ⊙ odot ⊚ circledcirc ⊛ circledast
⊝ circleddash ⊞ boxplus ⊟ boxminus ⊠ boxtimes ⊡ boxdot ⊢ vdash ⊣ dashv ⊤ top ⊥ perp ⊦ vdash ⊧
models ⊨ vDash ⊩ Vdash ⊪ Vvdash ⊬ nvdash ⊭ nvDash ⊮ nVdash ⊯ nVDash ⊲ vartriangleleft ⊳
vartriangleright ⊴ trianglelefteq ⊵ trianglerighteq ⊸ multimap ⊺ intercal ⊻ veebar ⊼ barwedge ⋀
bigwedge ⋁ bigvee ⋂ bigcap ⋃ bigcup ⋄ diamond ⋅ cdot ⋆ star ⋇ divideontimes ⋈ bowtie ⋉ ltimes ⋊
rtimes ⋋ leftthreetimes ⋌ rightthreetimes ⋍ backsimeq ⋎ curlyvee ⋏ curlywedge ⋐ Subset ⋑ Supset
⋒ Cap ⋓ Cup ⋔ pitchfork ⋖ lessdot ⋗ gtrdot ⋘ lll ⋙ ggg ⋚ lesseqgtr ⋛ gtreqless ⋞ curlyeqprec ⋟
curlyeqsucc ⋦ lnsim ⋧ gnsim ⋨ precnsim ⋩ succnsim ⋪ ntriangleleft ⋫ ntriangleright ⋬
ntrianglelefteq ⋭ ntrianglerighteq ⋮ vdots ⋯ cdots ⋱ ddots ⌈ lceil ⌉ rceil ⌊ lfloor ⌋ rfloor ⌜
ulcorner ⌝ urcorner ⌞ llcorner ⌟ lrcorner ⌢ frown ⌣ smile ⎰ lmoustache ⎱ rmoustache ■
blacksquare □ square ▲ blacktriangle △ bigtriangleup ▴ blacktriangle ▵ vartriangle ▶
blacktriangleright ▷ triangleright ▸ blacktriangleright ▹ triangleright ▼ blacktriangledown ▽
bigtriangledown ▾ blacktriangledown ▿ triangledown ◀ blacktriangleleft ◁ triangleleft ◂
blacktriangleleft ◃ triangleleft ◆ blacklozenge ◇ lozenge ◊ lozenge ○ bigcirc ● bullet ★ bigstar
☐ square ♠ spadesuit ♡ heartsuit ♢ diamondsuit ♣ clubsuit ♥ heartsuit ♦ diamondsuit ♭ flat ♮
natural ♯ sharp ✓ checkmark ✔ checkmark ⟨ langle ⟩ rangle ⟵ longleftarrow ⟶ longrightarrow ⟷
longleftrightarrow ⟸ Longleftarrow ⟹ Longrightarrow ⟺ Longleftrightarrow ⟼ longmapsto ⧫
blacklozenge ⨿ amalg ⩽ leqslant ⩾ geqslant ⪅ lessapprox ⪆ gtrapprox ⪇ lneq ⪈ gneq ⪉ lnapprox ⪊
gnapprox ⪋ lesseqqgtr ⪌ gtreqqless ⪕ eqslantless ⪖ eqslantgtr ⪯ preceq ⪰ succeq ⪵ precneqq ⪶
succneqq ⪷ precapprox ⪸ succapprox ⪹ precnapprox ⪺ succnapprox ⫅ subseteqq ⫆ supseteqq ⫋
subsetneqq ⫌ supsetneqq
"""

TEXT_CHARACTERS = frozenset("".join(_CHARACTERS.split()))
"""Characters above ASCII that may stand in the source as they are."""

_words = _COMMANDS.split()
SYMBOLS = {
    **{sign: f"\\{name}" for sign, name in zip(_words[::2], _words[1::2], strict=True)},
    **{
        letter: rf"\mathrm{{{same}}}"
        for letter, same in zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True)
    },
    "−": "-",
    "⁄": "/",
    "∕": "/",
    "°": r"{}^\circ",
    "‖": r"\|",
    "′": "{}'",
    "″": "{}''",
    "‴": "{}'''",
    "∶": ":",
    "≔": r"\mathrel{:=}",
    "≕": r"\mathrel{=:}",
    "∛": r"\sqrt[3]{}",
    "∜": r"\sqrt[4]{}",
    "⟦": r"\mathopen{[\![}",
    "⟧": r"\mathclose{]\!]}",
}
"""Characters as LaTeX in mathematics mode."""
