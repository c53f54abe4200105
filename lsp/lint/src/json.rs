//! Findings as a JSON array; the form is public and only ever grows.

use crate::Report;
use serde::Serialize;

#[derive(Serialize)]
struct Entry<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    code: &'static str,
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    witness: Option<&'a str>,
}

/// `[{"file", "line", "column", "end_line", "end_column", "code", "rule", "severity", "message", "witness"}]`; lines and
/// columns from 1, columns in characters, ends exclusive.
pub fn json(report: &Report) -> serde_json::Result<String> {
    let entries: Vec<Entry<'_>> = report
        .findings()
        .map(|f| Entry {
            file: &f.path,
            line: f.start.0,
            column: f.start.1,
            end_line: f.end.0,
            end_column: f.end.1,
            code: f.diagnostic.code,
            rule: f.diagnostic.rule,
            severity: f.diagnostic.severity.word(),
            message: &f.diagnostic.message,
            witness: f.diagnostic.witness.as_deref(),
        })
        .collect();
    serde_json::to_string_pretty(&entries)
}
