//! What is shown under one document: the fast tier, both clangd passes and the deep tier, made one list.
//!
//! Each source keeps its newest result with the version it is for; only results for the document's present version
//! are ever shown. A squiggle is late rather than stale.

use std::sync::Arc;

use tower_lsp::ls_types::{Diagnostic, DiagnosticSeverity, NumberOrString, Range};

use crate::clangd::Pass;

/// A result and the version of the text it is about.
#[derive(Clone, Debug)]
struct Versioned {
    version: i32,
    list: Arc<Vec<Diagnostic>>,
}

/// The diagnostics of one document by source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shown {
    fast: Option<Versioned>,
    clangd: [Option<Versioned>; 2],
    deep: Option<Versioned>,
}

/// Who found something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// Our rules.
    Fast,
    /// clangd.
    Clangd(Pass),
    /// The background compile.
    Deep,
}

impl Shown {
    /// Take in a result. An older version than the one at hand is dropped.
    pub(crate) fn put(&mut self, source: Source, version: i32, list: Vec<Diagnostic>) -> bool {
        let slot = match source {
            Source::Fast => &mut self.fast,
            Source::Clangd(Pass::Host) => &mut self.clangd[0],
            Source::Clangd(Pass::Device) => &mut self.clangd[1],
            Source::Deep => &mut self.deep,
        };
        if slot.as_ref().is_some_and(|old| old.version > version) {
            return false;
        }
        *slot = Some(Versioned { version, list: Arc::new(list) });
        true
    }

    /// Forget what clangd said: it is gone or starts anew.
    pub(crate) fn forget_clangd(&mut self, pass: Pass) -> bool {
        let slot = &mut self.clangd[usize::from(pass == Pass::Device)];
        slot.take().is_some_and(|v| !v.list.is_empty())
    }

    /// Whether the fast tier has looked at `version`.
    pub(crate) fn has_fast(&self, version: i32) -> bool {
        self.fast.as_ref().is_some_and(|v| v.version == version)
    }

    /// Everything known of `version`, without duplicates, in the order of the text.
    pub(crate) fn of_version(&self, version: i32) -> Vec<Diagnostic> {
        let list = |slot: &Option<Versioned>| match slot {
            Some(v) if v.version == version => v.list.as_ref().clone(),
            _ => Vec::new(),
        };
        let compiler = merge_passes(list(&self.clangd[0]), list(&self.clangd[1]));
        let mut all = compiler;
        for d in list(&self.deep) {
            let told = all.iter().any(|seen| says_the_same(seen, &d));
            if !told {
                all.push(d);
            }
        }
        let told_by_compiler: Vec<Range> =
            all.iter().filter(|d| d.severity == Some(DiagnosticSeverity::ERROR)).map(|d| d.range).collect();
        let fast = list(&self.fast).into_iter().filter(|d| {
            !(is_compilers_business(d) && told_by_compiler.iter().any(|r| r.start.line == d.range.start.line))
        });
        all.extend(fast);
        all.sort_by_key(|d| (d.range.start, d.range.end, d.severity.map(|s| s != DiagnosticSeverity::ERROR)));
        all
    }
}

/// Findings of both passes: those of both once, those of one marked with its name.
fn merge_passes(host: Vec<Diagnostic>, device: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut out = host;
    let in_host = out.len();
    for d in device {
        let twin = out.get(..in_host).unwrap_or_default().iter().any(|h| says_the_same(h, &d));
        if !twin {
            let mut d = d;
            d.source = Some("clang (device pass)".to_owned());
            out.push(d);
        }
    }
    out
}

fn says_the_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    // The compiler's own text carries "(fix available)" and notes that depend on who asks.
    let head = |d: &Diagnostic| {
        let first = d.message.lines().next().unwrap_or_default();
        first.trim_end_matches(" (fix available)").trim_end_matches(" (fixes available)").to_lowercase()
    };
    a.range.start.line == b.range.start.line && a.severity == b.severity && head(a) == head(b)
}

/// Rules that say what the compiler says too, once it has said it.
fn is_compilers_business(d: &Diagnostic) -> bool {
    const RULES: &[&str] = &[
        "host-call-from-device",
        "device-call-from-host",
        "kernel-not-void",
        "launch-argument-mismatch",
        "thrown-exception-in-device",
    ];
    let named = |name: &str| RULES.contains(&name);
    match &d.data {
        Some(data) => data.get("rule").and_then(serde_json::Value::as_str).is_some_and(named),
        None => matches!(&d.code, Some(NumberOrString::String(code)) if named(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tower_lsp::ls_types::Position;

    fn at(line: u32, message: &str) -> Diagnostic {
        let p = Position { line, character: 0 };
        Diagnostic {
            range: Range { start: p, end: p },
            severity: Some(DiagnosticSeverity::ERROR),
            message: message.to_owned(),
            ..Diagnostic::default()
        }
    }

    fn messages(shown: &Shown, version: i32) -> Vec<String> {
        shown.of_version(version).into_iter().map(|d| d.message).collect()
    }

    #[test]
    fn results_for_other_versions_are_not_shown() {
        let mut shown = Shown::default();
        shown.put(Source::Fast, 2, vec![at(1, "fast")]);
        shown.put(Source::Clangd(Pass::Host), 1, vec![at(2, "old")]);
        assert_eq!(messages(&shown, 2), ["fast"]);
        assert!(!shown.put(Source::Fast, 1, vec![at(3, "late")]));
        assert_eq!(messages(&shown, 3), Vec::<String>::new());
    }

    #[test]
    fn what_both_passes_say_is_said_once_and_what_one_says_is_kept() {
        let mut shown = Shown::default();
        shown.put(Source::Clangd(Pass::Host), 1, vec![at(1, "both"), at(2, "host")]);
        shown.put(Source::Clangd(Pass::Device), 1, vec![at(1, "both (fix available)"), at(3, "device")]);
        shown.put(Source::Deep, 1, vec![at(3, "device"), at(4, "deep")]);
        assert_eq!(messages(&shown, 1), ["both", "host", "device", "deep"]);
    }

    #[test]
    fn the_compilers_word_replaces_ours_on_the_same_matter() {
        let mut ours = at(1, "ours");
        ours.data = Some(serde_json::json!({"rule": "kernel-not-void"}));
        let mut shown = Shown::default();
        shown.put(Source::Fast, 1, vec![ours]);
        assert_eq!(messages(&shown, 1), ["ours"]);
        shown.put(Source::Clangd(Pass::Host), 1, vec![at(1, "theirs")]);
        assert_eq!(messages(&shown, 1), ["theirs"]);
    }
}
