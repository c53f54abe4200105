//! What a program did besides running kernels, for the terminal.

use std::fmt::Write as _;

use anstyle::Style;

use super::numbers::{bytes, grouped};
use crate::report::Program;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

/// Functions that are listed; the rest is summed up.
const LISTED: usize = 12;

/// As text with ANSI styles; empty when there is nothing to tell.
pub fn render(program: &Program) -> String {
    let mut out = String::new();
    let row = |out: &mut String, name: &str, times: u64, nanos: u64, more: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {name:<34} {:>10} {:>14} us{more}", grouped(times), grouped(nanos / 1000));
    };
    if !program.calls.is_empty() {
        let _ = writeln!(
            out,
            "\n{BOLD}API calls{BOLD:#}{DIM}  host time is real, waiting for the device is modelled{DIM:#}"
        );
        for call in program.calls.iter().take(LISTED) {
            let errors =
                if call.errors > 0 { format!("  {} with an error", call.errors) } else { String::new() };
            row(&mut out, &call.name, call.calls, call.nanos, &errors);
        }
        let rest = program.calls.get(LISTED..).unwrap_or_default();
        if !rest.is_empty() {
            let sum = rest.iter().fold((0, 0), |(n, t), call| (n + call.calls, t + call.nanos));
            row(&mut out, &format!("{} more functions", rest.len()), sum.0, sum.1, "");
        }
    }
    if !program.copies.is_empty() {
        let _ = writeln!(out, "\n{BOLD}Copies{BOLD:#}{DIM}  bytes are exact, times are modelled{DIM:#}");
        for copy in &program.copies {
            row(&mut out, &copy.name, copy.copies, copy.nanos, &format!("  {}", bytes(copy.bytes)));
        }
    }
    if !program.ranges.is_empty() {
        let _ = writeln!(out, "\n{BOLD}Ranges{BOLD:#}");
        for range in &program.ranges {
            row(&mut out, &range.name, range.times, range.nanos, "");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{CallTotal, CopyTotal};

    #[test]
    fn calls_and_copies_have_a_row_each() {
        let call = CallTotal { name: "cudaMemcpy".into(), calls: 1200, errors: 1, nanos: 5_000_000 };
        let copy = CopyTotal { name: "host to device".into(), copies: 2, bytes: 4096, nanos: 3_000 };
        let text = render(&Program { calls: vec![call], copies: vec![copy], ranges: Vec::new() });
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(
            rows[2],
            "  cudaMemcpy                              1,200          5,000 us  1 with an error"
        );
        assert_eq!(rows[5], "  host to device                              2              3 us  4 KiB");
        assert!(!text.contains("Ranges"));
    }
}
