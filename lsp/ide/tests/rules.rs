//! The registry, and each rule against its own manual: the example must trigger it, what to use instead must not, and its
//! safe fixes must lead to a text it is silent about. The manuals are also the pages under `docs/rules`.

use std::collections::HashSet;
use std::path::Path;
use warplens_ide::rules::{RULES, Rule};
use warplens_ide::{
    Analysis, Config, Device, Diagnostic, Language, Level, TextEdit, apply_edits, diagnostics,
};

/// Settings under which a rule speaks: itself on, all others off, and a device that is slow at double.
fn config_for(rule: &Rule) -> Config {
    let mut config = Config::default();
    for other in RULES {
        config.levels.insert(other.name.to_owned(), Level::Off);
    }
    config.levels.insert(rule.name.to_owned(), Level::Warning);
    if rule.name == "fp64-on-slow-device" {
        config.devices.push(Device { fp64_ratio: Some(64), ..warplens_ide::config::any_cuda_device() });
    }
    config
}

/// The code block under a heading, with its language.
fn block(manual: &str, heading: &str) -> Option<(Language, String)> {
    let section = manual.split(&format!("## {heading}\n")).nth(1)?;
    let (_, rest) = section.split_once("```")?;
    let (info, code) = rest.split_once('\n')?;
    let language = if info.starts_with("musa") { Language::Musa } else { Language::Cuda };
    Some((language, code.split("```").next()?.to_owned()))
}

fn run(rule: &Rule, language: Language, text: &str) -> Vec<Diagnostic> {
    if rule.reads_commands() {
        return warplens_ide::commands::diagnostics(text, &config_for(rule));
    }
    diagnostics(&Analysis::of(text, language), &config_for(rule))
}

#[test]
fn the_registry_is_in_order_and_without_doubles() {
    let mut names = HashSet::new();
    let mut last = "";
    for rule in RULES {
        assert!(rule.code > last, "{} is out of order or double", rule.code);
        last = rule.code;
        assert!(rule.code.len() == 5 && rule.code.starts_with("WL"), "{}", rule.code);
        assert!(names.insert(rule.name), "{} is there twice", rule.name);
        assert!(rule.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        // Names say what is wrong, so that they read after "allow".
        for verb in ["avoid-", "no-", "use-", "move-", "prefer-"] {
            assert!(!rule.name.starts_with(verb), "{} says what to do, not what is wrong", rule.name);
        }
    }
    assert!(RULES.len() >= 28);
}

#[test]
fn every_manual_has_its_sections_in_order() {
    for rule in RULES {
        let manual = rule.manual();
        assert!(manual.starts_with(&format!("# {}\n", rule.name)), "{}: title", rule.name);
        let mut at = 0;
        for heading in ["What it does", "Why it matters", "Example", "Use instead", "Fix safety"] {
            let found = manual
                .find(&format!("\n## {heading}\n"))
                .unwrap_or_else(|| panic!("{}: {heading}", rule.name));
            assert!(found > at, "{}: {heading} is out of order", rule.name);
            at = found;
        }
        assert!(rule.summary().ends_with('.'), "{}: summary", rule.name);
        assert!(warplens_ide::explain(rule.code).is_some_and(|m| m.contains(rule.name)));
    }
}

#[test]
fn examples_trigger_their_rule_and_replacements_do_not() {
    let mut wrong = Vec::new();
    // Rules that need a compile are tried by the crate that runs compilers.
    for rule in RULES.iter().filter(|r| !r.needs_compile()) {
        let manual = rule.manual();
        let (language, bad) = block(&manual, "Example").expect("an example");
        if run(rule, language, &bad).is_empty() {
            wrong.push(format!("{}: the example is not found", rule.name));
        }
        let (language, good) = block(&manual, "Use instead").expect("a replacement");
        for found in run(rule, language, &good) {
            wrong.push(format!(
                "{}: the replacement is found: {} at {:?}",
                rule.name,
                found.message,
                found.range.of(&good)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fixes_of_the_examples_converge_and_silence_the_rule() {
    for rule in RULES {
        let (language, mut text) = block(&rule.manual(), "Example").expect("an example");
        let fixable = run(rule, language, &text).iter().any(|d| !d.fixes.is_empty());
        if !fixable {
            continue;
        }
        for round in 0.. {
            let found = run(rule, language, &text);
            let edits: Vec<TextEdit> =
                found.iter().filter_map(|d| d.fixes.first()).flat_map(|f| f.edits.clone()).collect();
            if edits.is_empty() {
                assert!(found.is_empty(), "{}: left {found:?} in\n{text}", rule.name);
                break;
            }
            assert!(round < 4, "{}: fixes do not converge:\n{text}", rule.name);
            text = apply_edits(&text, &edits);
            assert!(
                Analysis::of(text.clone(), language).parsed().is_clean(),
                "{}: broken by its fix:\n{text}",
                rule.name
            );
        }
    }
}

#[test]
fn examples_are_code_the_grammar_reads() {
    for rule in RULES.iter().filter(|r| !r.reads_commands()) {
        for heading in ["Example", "Use instead"] {
            let (language, code) = block(&rule.manual(), heading).expect("code");
            assert!(
                Analysis::of(code.clone(), language).parsed().is_clean(),
                "{} {heading}:\n{code}",
                rule.name
            );
        }
    }
}

#[test]
fn the_pages_under_docs_are_the_manuals() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules");
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let mut index = String::from(
        "# Rules\n\nWhat `warplens lint` and the language server look for. `warplens explain NAME` shows a page in the \
         terminal.\nThese pages are written by a test from the rules' own source (`UPDATE_DOCS=1 cargo test -p warplens-ide`).\n",
    );
    let mut category = None;
    let mut rules: Vec<&Rule> = RULES.iter().collect();
    rules.sort_by_key(|r| (r.category, r.code));
    let mut pages = Vec::new();
    for rule in rules {
        if category != Some(rule.category) {
            index.push_str(&format!(
                "\n## {}\n\n| code | rule | level | |\n|---|---|---|---|\n",
                rule.category.title()
            ));
            category = Some(rule.category);
        }
        let (code, name) = (rule.code, rule.name);
        index.push_str(&format!(
            "| {code} | [{name}]({name}.md) | {} | {} |\n",
            rule.level.word(),
            rule.summary()
        ));
        let page = warplens_ide::explain(rule.name).expect("a manual");
        pages.push((format!("{name}.md"), page));
    }
    pages.push(("index.md".to_owned(), index));
    if update {
        std::fs::create_dir_all(&folder).expect("a folder for the pages");
    }
    for (name, page) in &pages {
        let path = folder.join(name);
        if update {
            std::fs::write(&path, page).expect("a page");
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            &there, page,
            "docs/rules/{name} is out of date: UPDATE_DOCS=1 cargo test -p warplens-ide"
        );
    }
    let known: HashSet<&str> = pages.iter().map(|(n, _)| n.as_str()).collect();
    for entry in std::fs::read_dir(&folder).expect("docs/rules").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(known.contains(name.as_str()), "docs/rules/{name} belongs to no rule");
    }
}

#[test]
fn fixtures_have_the_findings_written_behind_their_lines_and_no_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rules");
    let mut wrong = Vec::new();
    let mut seen = HashSet::new();
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("fixtures").flatten().map(|e| e.path()).collect();
    files.sort();
    for path in files {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a fixture");
        let analysis = Analysis::of(text.as_str(), Language::from_path(&name));
        assert!(analysis.parsed().is_clean(), "{name} is code the grammar reads");
        let mut found: Vec<(u32, &str)> = diagnostics(&analysis, &Config::default())
            .iter()
            .filter(|d| d.severity > warplens_ide::Severity::Hint)
            .map(|d| (analysis.lines().line(d.range.start) + 1, d.rule))
            .collect();
        found.sort_unstable();
        found.dedup();
        let mut expected: Vec<(u32, &str)> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let rules = line.split("//~").nth(1).unwrap_or("").split_whitespace();
            expected.extend(rules.map(|r| (number as u32 + 1, r)));
        }
        expected.sort_unstable();
        seen.extend(expected.iter().map(|(_, rule)| (*rule).to_owned()));
        for missed in expected.iter().filter(|e| !found.contains(e)) {
            wrong.push(format!("{name}:{}: {} is not found", missed.0, missed.1));
        }
        for extra in found.iter().filter(|f| !expected.contains(f)) {
            wrong.push(format!("{name}:{}: {} is found", extra.0, extra.1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let quiet = [
        "unchecked-api-call",
        "missing-launch-bounds",
        "launch-in-loop",
        "slow-integer-division",
        "fp64-on-slow-device",
    ];
    for rule in RULES.iter().filter(|r| !r.needs_compile() && !r.reads_commands()) {
        assert!(seen.contains(rule.name) || quiet.contains(&rule.name), "{} is in no fixture", rule.name);
    }
}
