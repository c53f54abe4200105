//! Findings as GitHub Actions workflow commands, which show up as annotations on a pull request.

use crate::Report;
use std::fmt::Write;
use warplens_ide::Severity;

/// One `::error file=…,line=…::…` line each.
pub fn github(report: &Report) -> String {
    let mut out = String::new();
    for f in report.findings() {
        let level = match f.diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Hint => "notice",
        };
        let (line, column) = f.start;
        let (end_line, end_column) = f.end;
        // GitHub refuses columns that span lines.
        let columns =
            if line == end_line { format!(",col={column},endColumn={end_column}") } else { String::new() };
        let d = &f.diagnostic;
        let title = property(&format!("{} {}", d.code, d.rule));
        let _ = writeln!(
            out,
            "::{level} file={},line={line},endLine={end_line}{columns},title={title}::{}",
            property(&f.path),
            data(&d.message)
        );
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
