//! Whole files: they parse and resolve without a word, and printing them and parsing again gives the same module.
//!
//! `kernels-*.ptx` are made from `kernels.cu` by clang 19:
//! `clang-19 -x cuda -nocudainc -nocudalib --cuda-gpu-arch=sm_80 -fdeclspec -Xclang -target-sdk-version=12.3
//! --cuda-device-only -S -fdebug-compilation-dir=. FLAGS kernels.cu`, with `-O2 -gline-tables-only` and `-O0 -g`.

use std::fmt::Write as _;
use warplens_ptx::ast::{Item, normalise};
use warplens_ptx::print::print;
use warplens_ptx::table::{entries, expansions};
use warplens_ptx::{parse, resolve};

const FILES: [(&str, &str); 3] = [
    ("directives", include_str!("data/directives.ptx")),
    ("kernels-O0", include_str!("data/kernels-O0.ptx")),
    ("kernels-O2", include_str!("data/kernels-O2.ptx")),
];

/// Parses, prints, parses again and compares.
fn round_trip(name: &str, text: &str) {
    let first = parse(text);
    assert_eq!(first.diagnostics, [], "{name}");
    let printed = print(&first.module);
    let second = parse(&printed);
    assert_eq!(second.diagnostics, [], "{name}, printed:\n{printed}");
    assert!(normalise(&first.module) == normalise(&second.module), "{name} changed:\n{printed}");
    assert_eq!(print(&second.module), printed, "{name}");
}

#[test]
fn files_parse_resolve_and_survive_printing() {
    for (name, text) in FILES {
        round_trip(name, text);
        let (_, diagnostics) = resolve(&parse(text).module);
        assert_eq!(diagnostics, [], "{name}");
    }
}

#[test]
fn line_ends_of_windows_change_nothing() {
    for (name, text) in FILES {
        let windows = text.replace('\n', "\r\n");
        assert!(normalise(&parse(text).module) == normalise(&parse(&windows).module), "{name}");
    }
}

/// Operands for a form's pattern: `d{|p}, [a]{, b}` with all that is optional, or nothing of it.
fn operands(pattern: &str, full: bool) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find("}").map_or(rest.len(), |i| open + i + 1);
        // `{, {!}c}` nests once.
        let close = if rest[open + 1..close].contains('{') {
            close + rest[close..].find('}').map_or(0, |i| i + 1)
        } else {
            close
        };
        out.push_str(&rest[..open]);
        let inner = rest[open + 1..close].trim_end_matches('}').replace(['{', '}'], "");
        if full {
            out.push_str(&inner);
        }
        rest = &rest[close..];
    }
    out.push_str(rest);
    out
}

#[test]
fn every_form_of_the_table_is_read_and_printed() {
    let mut text = String::from(".version 8.7\n.target sm_100a\n.entry k()\n{\n");
    let mut count = 0;
    for form in entries().flat_map(|e| e.forms) {
        let head = form.syntax.split("; ").next().unwrap_or_default();
        let (opcode, pattern) = head.split_once(' ').unwrap_or((head, ""));
        if pattern == "*" {
            continue;
        }
        let mnemonic = opcode.split(['.', '{']).next().unwrap_or_default();
        let all = expansions(form, 5_000);
        // Every combination of small forms, a spread of large ones, their first and last always.
        let step = (all.len() / 60).max(1);
        for (i, mods) in all.iter().enumerate() {
            if i % step != 0 && i + 1 != all.len() {
                continue;
            }
            let dotted: String = mods.iter().map(|m| format!(".{}", m.as_str())).collect();
            let _ = writeln!(text, "{mnemonic}{dotted} {};", operands(pattern, i % 2 == 0));
            count += 1;
        }
    }
    text.push_str("}\n");
    assert!(count > 3000, "{count}");
    let lines: Vec<&str> = text.lines().collect();
    let index = warplens_ptx::span::LineIndex::new(&text);
    let wrong: Vec<_> = parse(&text)
        .diagnostics
        .iter()
        .map(|d| format!("{}\n  {}", lines[index.line_col(d.span.start).line as usize - 1], d.message))
        .collect();
    assert_eq!(wrong, [""; 0]);
    round_trip("the table", &text);
}

#[test]
fn the_fixtures_hold_what_they_are_for() {
    let module = parse(FILES[0].1).module;
    let of = |f: fn(&Item) -> bool| module.items.iter().filter(|i| f(i)).count();
    assert_eq!(of(|i| matches!(i, Item::File(_))), 2);
    assert_eq!(of(|i| matches!(i, Item::Section(_))), 3);
    assert_eq!(of(|i| matches!(i, Item::Alias { .. })), 1);
    assert_eq!(of(|i| matches!(i, Item::Variable(_))), 18);
    assert_eq!(of(|i| matches!(i, Item::Function(_))), 8);
}
