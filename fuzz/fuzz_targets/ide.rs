//! The editor's view of any text: parsed, edited, linted and asked about at any place, without a panic, and the state after an
//! edit is the state of the text. The first bytes choose language, place and edit; the rest is the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use warplens_ide::*;

fuzz_target!(|data: &[u8]| {
    let [kind, a, b, c, d, text @ ..] = data else { return };
    let text = String::from_utf8_lossy(text);
    let language = [Language::Cuda, Language::Musa, Language::Ptx][*kind as usize % 3];
    let analysis = Analysis::of(&*text, language);
    ask(&analysis, u32::from(*a) << 8 | u32::from(*b));
    // Take out some bytes, put the text's own beginning there.
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    let (from, len) = (usize::from(*a) << 8 | usize::from(*b), usize::from(*c));
    let (start, end) = (floor(from), floor(from + len));
    let insert = &text[..floor(usize::from(*d))];
    let edited = [&text[..start], insert, &text[end.max(start)..]].concat();
    let updated = analysis.updated(edited.as_str());
    ask(&updated, from as u32);
    let config = Config::default();
    let fresh = Analysis::of(edited, language);
    if updated.parsed().to_sexp() == fresh.parsed().to_sexp() {
        assert_eq!(diagnostics(&updated, &config), diagnostics(&fresh, &config));
    }
});

fn ask(analysis: &Analysis, at: u32) {
    let config = Config::default();
    let mut index = Index::new();
    index.insert("a.cu", workspace::FileIndex::new(analysis));
    let q = Query { analysis, path: "a.cu", index: &index, files: &NoFiles, config: &config };
    let found = diagnostics(analysis, &config);
    hover::hover(&q, at);
    completion::completion(&q, at);
    signature::signature_help(&q, at);
    navigate::definition(&q, at);
    navigate::references(&q, at, true);
    let _ = rename::rename(&q, at, "renamed");
    calls::prepare(&q, at).iter().for_each(|item| drop(calls::incoming(&q, item)));
    symbols::document_symbols(analysis);
    inlay::inlay_hints(analysis, TextRange::new(0, analysis.text().len() as u32));
    folding::folding(analysis);
    selection::selection_ranges(analysis, at);
    tokens::semantic_tokens(analysis, None);
    actions::code_actions(analysis, &found, TextRange::empty(at));
}
