//! What the terminal report looks like.

use super::*;
use crate::report::fixture::report;
use crate::report::{Checks, FailedCheck};

fn plain(styled: &str) -> String {
    let mut out = String::new();
    let mut rest = styled;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('m').unwrap().1;
    }
    out + rest
}

fn text(device: &str, options: Options) -> String {
    plain(&render(&report(device), options))
}

#[test]
fn a_report_reads_like_this() {
    insta::assert_snapshot!(text("mtt-s5000", Options::default()));
}

#[test]
fn details_name_every_metric() {
    insta::assert_snapshot!(text("h100", Options { details: true, lines: 1, ..Options::default() }));
}

#[test]
fn no_line_is_wider_than_asked_for_except_by_figures() {
    for width in [80, 100, 140] {
        let page = text("h100", Options { width, ..Options::default() });
        let advice = page.split("advice").nth(1).unwrap();
        assert!(advice.lines().all(|l| l.chars().count() <= width), "{width}\n{advice}");
        let lines = page.split("hottest lines").nth(1).unwrap().split("advice").next().unwrap();
        assert!(lines.lines().all(|l| l.chars().count() <= width.max(100)), "{width}\n{lines}");
    }
}

#[test]
fn failed_checks_and_notes_come_last() {
    let mut r = report("h100");
    r.kernels.clear();
    r.checks = Checks {
        passed: 2,
        failed: vec![FailedCheck {
            kernel: "turn".into(),
            line: 20,
            message: "buffer `b`: 1 of 4 elements differ\n  [2] is 3, should be 0".into(),
        }],
    };
    r.notes.push("the run was cut short after 2 of 4 launches".into());
    let page = plain(&render(&r, Options::default()));
    insta::assert_snapshot!(page.splitn(3, '\n').nth(2).unwrap(), @r"
    no launch was profiled

    wrong result: turn (line 20): buffer `b`: 1 of 4 elements differ
        [2] is 3, should be 0
    2 of 3 expected results hold

    note: the run was cut short after 2 of 4 launches
    ");
}
