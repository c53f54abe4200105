//! Half-typed, hostile and huge documents: every state of a file being typed is analysed, and must neither panic nor differ
//! from a parse of the same text from scratch.

use std::time::Instant;
use warplens_ide::*;

const TYPED: &str = include_str!("data/typed.cu");

/// Asks everything that can be asked at an offset; answers do not matter, panics do.
fn ask_everything(analysis: &Analysis, at: u32) {
    let config = Config::default();
    let mut index = Index::new();
    index.insert("a.cu", workspace::FileIndex::new(analysis));
    let q = Query { analysis, path: "a.cu", index: &index, files: &NoFiles, config: &config };
    let found = diagnostics(analysis, &config);
    hover::hover(&q, at);
    completion::completion(&q, at);
    signature::signature_help(&q, at);
    navigate::definition(&q, at);
    navigate::declaration(&q, at);
    navigate::type_definition(&q, at);
    navigate::implementation(&q, at);
    navigate::references(&q, at, true);
    navigate::highlights(&q, at);
    let _ = rename::rename(&q, at, "renamed");
    for item in calls::prepare(&q, at) {
        calls::incoming(&q, &item);
        calls::outgoing(&q, &item);
    }
    let whole = TextRange::new(0, analysis.text().len() as u32);
    symbols::document_symbols(analysis);
    symbols::workspace_symbols(&index, "t", 10);
    inlay::inlay_hints(analysis, whole);
    lenses::code_lenses(analysis);
    folding::folding(analysis);
    selection::selection_ranges(analysis, at);
    links::document_links(analysis);
    actions::code_actions(analysis, &found, TextRange::empty(at));
    let tokens = tokens::semantic_tokens(analysis, None);
    assert!(tokens.windows(2).all(|w| w[0].range.end <= w[1].range.start), "tokens overlap");
    for d in &found {
        assert!(analysis.text().get(d.range.start as usize..d.range.end as usize).is_some(), "{d:?}");
    }
}

fn type_out(text: &str, language: Language) {
    let mut parsed = Parsed::new("", language);
    for (at, c) in text.char_indices() {
        let end = at as u32;
        parsed = parsed.edited(TextRange::empty(end), c.encode_utf8(&mut [0; 4]));
        let fresh = Parsed::new(parsed.text().clone(), language);
        assert_eq!(parsed.to_sexp(), fresh.to_sexp(), "after typing up to {at}:\n{}", parsed.text());
        // Asking at every state is slow without telling more than asking at every few.
        if at % 7 == 0 {
            ask_everything(&Analysis::new(&parsed), end);
        }
    }
    assert_eq!(&**parsed.text(), text);
}

#[test]
fn a_file_typed_character_by_character() {
    type_out(TYPED, Language::Cuda);
}

#[test]
fn a_file_with_crlf_typed_character_by_character() {
    type_out(&TYPED.replace('\n', "\r\n")[..1600.min(TYPED.len())], Language::Musa);
}

#[test]
fn a_file_deleted_from_the_middle_and_from_the_front() {
    let mut parsed = Parsed::new(TYPED, Language::Cuda);
    let mut step = 0;
    while !parsed.text().is_empty() {
        let len = parsed.text().len() as u32;
        let from = if step % 2 == 0 { len / 2 } else { 0 };
        parsed = parsed.edited(TextRange::new(from, (from + 13).min(len)), "");
        let fresh = Parsed::new(parsed.text().clone(), Language::Cuda);
        assert_eq!(parsed.to_sexp(), fresh.to_sexp(), "{}", parsed.text());
        ask_everything(&Analysis::new(&parsed), from);
        step += 1;
    }
}

#[test]
fn an_edit_of_a_macro_changes_what_is_hidden_elsewhere() {
    let text = "#define HD __device__\nHD float f(float x) { return x; }\n";
    let parsed = Parsed::new(text, Language::Cuda);
    assert_eq!(parsed.blanked().len(), 1);
    let edited = parsed.edited(TextRange::new(8, 10), "DH");
    assert_eq!(edited.blanked().len(), 0);
    assert_eq!(edited.to_sexp(), Parsed::new(edited.text().clone(), Language::Cuda).to_sexp());
}

#[test]
fn ranges_that_do_not_fit_are_clamped() {
    let parsed = Parsed::new("// 好\n", Language::Cuda);
    // Inside a character, past the end, backwards.
    assert_eq!(&**parsed.edited(TextRange { start: 4, end: 5 }, "x").text(), "// x好\n");
    assert_eq!(&**parsed.edited(TextRange { start: 90, end: 99 }, "x").text(), "// 好\nx");
    assert_eq!(&**parsed.edited(TextRange { start: 3, end: 0 }, "x").text(), "// x好\n");
}

#[test]
fn hostile_texts_are_survived() {
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let texts = [
        deep("(", ")", 20_000),
        deep("{", "}", 20_000),
        format!("int x = {};", deep("(", ")", 5_000).replace("()", "(1)")),
        format!("__global__ void k() {{ {} }}", deep("if (threadIdx.x) {", "}", 2_000)),
        format!("int y = {}1;", "1 + ".repeat(20_000)),
        format!("int y = {}1;", "-".repeat(20_000)),
        format!("#define A {}\nint x[A];", "(".repeat(5_000)),
        (0..2_000).map(|i| format!("#define M{i} M{}\n", i + 1)).collect::<String>() + "int a[M0];",
        (0..60).map(|i| format!("#define D{i} D{0} + D{0}\n", i + 1)).collect::<String>()
            + "#define D60 1\nint a[D0];",
        "k<<<<<<<<<<>>>>>>>>>(((".repeat(500),
        "__align__(".repeat(5_000),
        "\u{0}\u{1}\u{feff}\u{202e}\"'\\".repeat(2_000),
        "# ".repeat(20_000),
        "/*".repeat(10_000),
        "R\"(".repeat(5_000),
        "a::".repeat(10_000),
        "template<".repeat(5_000),
    ];
    for text in texts {
        let started = Instant::now();
        let head: String = text.chars().take(40).collect();
        let analysis = Analysis::of(text, Language::Cuda);
        ask_everything(&analysis, analysis.text().len() as u32 / 2);
        // Not a benchmark: a guard against work that grows with the square of the text.
        assert!(started.elapsed().as_secs() < 60, "{head}: {:?}", started.elapsed());
    }
}

#[test]
fn a_line_of_a_megabyte_is_survived() {
    let text = format!("__constant__ int t[] = {{{}}};\n", "12345, ".repeat(150_000));
    assert!(text.len() > 1_000_000);
    let analysis = Analysis::of(text, Language::Cuda);
    assert!(diagnostics(&analysis, &Config::default()).is_empty());
    assert_eq!(symbols::document_symbols(&analysis).len(), 1);
}

/// A sequence of numbers that is the same on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// What half-typed and hostile code is made of.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "<<<",
    ">>>",
    "\"",
    "'",
    "/*",
    "*/",
    "//",
    "\n",
    "\r\n",
    "#",
    "#if 1\n",
    "#define HD __device__\n",
    "\\",
    "__global__ void ",
    "__shared__ float s[",
    "__align__(8) ",
    "HD ",
    "template <",
    "asm(\"bar.sync 0;\")",
    "[=] __device__ (",
    "线程块",
    "𝕩",
    "\0",
    "\u{feff}",
    "0xffffffff",
    "dim3(",
    ";",
    ",",
    ".",
    "->",
    "::",
    "// warplens: allow(all)",
    "18446744073709551616",
    "operator",
    "extern \"C\" {",
    "__launch_bounds__(1,2,3)",
    "%r1",
    ".reg .b32 ",
    "@%p1 bra L;",
    ".loc 1 1 1\n",
];

/// One random change: something goes, something comes, from the list or from elsewhere in the text.
fn mutate(text: &str, dice: &mut Dice) -> String {
    let floor = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let from = floor(dice.below(text.len() + 1));
    let to = floor((from + dice.below(30) * dice.below(4)).min(text.len()));
    let insert = match dice.below(4) {
        0 => "",
        1 => {
            let start = floor(dice.below(text.len() + 1));
            &text[start..floor((start + dice.below(80)).min(text.len()))]
        }
        _ => PIECES[dice.below(PIECES.len())],
    };
    [&text[..from], insert, &text[to..]].concat()
}

#[test]
fn programs_that_are_mutated_again_and_again_are_answered_at_every_state() {
    let ptx = include_str!("../../../examples/saxpy/saxpy.ptx");
    let musa = include_str!("../../../examples/histogram/histogram.mu");
    let reduction = include_str!("../../../examples/reduction/reduction.cu");
    let sources =
        [(TYPED, Language::Cuda), (reduction, Language::Cuda), (musa, Language::Musa), (ptx, Language::Ptx)];
    let mut dice = Dice(20_260_101);
    for (source, language) in sources {
        for _ in 0..6 {
            let mut analysis = Analysis::of(source, language);
            for _ in 0..8 {
                analysis = analysis.updated(mutate(analysis.text(), &mut dice));
                let at = dice.below(analysis.text().len() + 2) as u32;
                ask_everything(&analysis, at);
            }
            // What was made step by step is what is made at once.
            let fresh = Analysis::of(analysis.text(), language);
            assert_eq!(analysis.parsed().to_sexp(), fresh.parsed().to_sexp(), "{}", analysis.text());
            let config = Config::default();
            assert_eq!(diagnostics(&analysis, &config), diagnostics(&fresh, &config), "{}", analysis.text());
        }
    }
}
