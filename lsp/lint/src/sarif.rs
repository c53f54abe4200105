//! Findings as SARIF 2.1.0, which code scanning services read.

use crate::{Finding, Report};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use warplens_ide::{LineIndex, Severity, TextRange, rules};

/// A SARIF log with one run. Only rules that found something are described.
pub fn sarif(report: &Report, version: &str) -> serde_json::Result<String> {
    let used: BTreeSet<&str> = report.findings().map(|f| f.diagnostic.code).collect();
    let rules: Vec<Value> = rules::RULES
        .iter()
        .filter(|r| used.contains(r.code))
        .map(|rule| {
            json!({
                "id": rule.code,
                "name": rule.name,
                "shortDescription": { "text": rule.summary() },
                "help": { "text": rule.manual(), "markdown": rule.manual() },
            })
        })
        .collect();
    let mut results: Vec<Value> = Vec::new();
    for file in &report.files {
        let lines = LineIndex::new(&file.text);
        results.extend(file.findings.iter().map(|f| result(f, &file.text, &lines)));
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "warplens", "version": version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log)
}

fn result(f: &Finding, text: &str, lines: &LineIndex) -> Value {
    let d = &f.diagnostic;
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    };
    let mut message = d.message.clone();
    for note in &d.notes {
        message.push_str(". ");
        message.push_str(note);
    }
    let related: Vec<Value> = d
        .labels
        .iter()
        .map(|label| {
            json!({
                "message": { "text": label.message },
                "physicalLocation": { "artifactLocation": { "uri": uri(&f.path) }, "region": region(text, lines, label.range) },
            })
        })
        .chain(d.elsewhere.iter().map(|place| {
            json!({
                "message": { "text": place.message },
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&place.path.to_string_lossy().replace('\\', "/")) },
                    "region": { "startLine": place.line, "startColumn": place.column },
                },
            })
        }))
        .collect();
    json!({
        "ruleId": d.code,
        "level": level,
        "message": { "text": message },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": uri(&f.path) }, "region": region(text, lines, d.range) },
        }],
        "relatedLocations": related,
    })
}

/// A path as a URI reference: everything but letters, digits and a few signs as its bytes in hexadecimal.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for b in path.bytes() {
        match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'+' => {
                out.push(b as char)
            }
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

fn region(text: &str, lines: &LineIndex, range: TextRange) -> Value {
    let (line, column) = crate::position(text, lines, range.start);
    let (end_line, end_column) = crate::position(text, lines, range.end);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}
