//! clang's messages for the user: both passes merged without repetition, frames inside our headers left out.
//!
//! A message is a first line `PATH:LINE:COLUMN: kind: text`, the include stack above it and the source excerpt below.

use std::collections::HashSet;
use std::path::Path;

/// Messages of several passes of one source, each said once.
pub(crate) fn merged(passes: &[&str], headers: &Path) -> String {
    let mut seen = HashSet::new();
    let mut out = String::new();
    for pass in passes {
        for group in groups(pass) {
            // The passes see different overloads, so the same error may have other notes: its first line decides.
            if group.first().is_none_or(|line| seen.insert(plain(line))) {
                out.push_str(&group.visible(headers));
            }
        }
    }
    out
}

/// An error with what belongs to it: its include stack, excerpt and notes.
struct Group<'a> {
    parts: Vec<Part<'a>>,
}

/// One message of a group.
struct Part<'a> {
    stack: Vec<&'a str>,
    lines: Vec<&'a str>,
}

impl Group<'_> {
    fn first(&self) -> Option<&str> {
        self.parts.first()?.lines.first().copied()
    }

    fn visible(&self, headers: &Path) -> String {
        let headers = headers.to_string_lossy();
        let ours = |line: &str| {
            let line = plain(line);
            // clang's own device headers are as little the user's as ours are.
            (!headers.is_empty() && line.contains(headers.as_ref()))
                || line.contains("/include/__clang_cuda_")
        };
        let mut out = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            // A note about a place in our headers says nothing about the user's code; an error there is said.
            if index > 0 && part.lines.first().is_some_and(|l| ours(l)) {
                continue;
            }
            let stack = part.stack.iter().filter(|l| !ours(l) && !l.contains("<built-in>"));
            for line in stack.chain(&part.lines) {
                out.push_str(line);
                out.push('\n');
            }
        }
        out
    }
}

fn groups(text: &str) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut stack = Vec::new();
    for line in text.lines() {
        let bare = plain(line);
        if bare.starts_with("In file included from ") || bare.starts_with("                 from ") {
            stack.push(line);
            continue;
        }
        if is_count(&bare) {
            continue;
        }
        let kind = kind_of(&bare);
        let part = Part { stack: std::mem::take(&mut stack), lines: vec![line] };
        match (kind, groups.last_mut()) {
            (Some("note"), Some(group)) => group.parts.push(part),
            (Some(_), _) | (None, None) => groups.push(Group { parts: vec![part] }),
            (None, Some(group)) => {
                if let Some(last) = group.parts.last_mut() {
                    last.lines.push(line);
                }
            }
        }
    }
    groups
}

/// `2 errors generated when compiling for sm_80.`: counts of one pass, wrong for both together.
fn is_count(line: &str) -> bool {
    line.contains(" generated") && line.starts_with(|c: char| c.is_ascii_digit()) && line.ends_with('.')
}

fn kind_of(line: &str) -> Option<&'static str> {
    ["note", "warning", "fatal error", "error", "remark"]
        .into_iter()
        .find(|kind| line.contains(&format!(": {kind}: ")) || line.starts_with(&format!("{kind}: ")))
}

/// Without terminal colours.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after.split_once(|c: char| c.is_ascii_alphabetic()).map_or("", |(_, r)| r);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: &str = "\
In file included from <built-in>:1:
In file included from /cache/include/cuda/cuda_runtime.h:9:
a.cu:3:5: error: no matching function for call to 'atomicAdd'
    3 |     atomicAdd(p, \"x\");
      |     ^~~~~~~~~
/cache/include/common/warplens/atomics.h:19:1: note: candidate function not viable
   19 | WARPLENS_ATOMIC2(atomicAdd, int, iAtomicAdd)
      | ^
a.cu:1:6: note: declared here
    1 | void k();
      |      ^
1 error generated when compiling for sm_80.
";

    #[test]
    fn our_headers_do_not_show_and_both_passes_say_a_thing_once() {
        let host = "a.cu:3:5: error: no matching function for call to 'atomicAdd'
    3 |     atomicAdd(p, \"x\");
      |     ^~~~~~~~~
a.cu:1:6: note: declared here
    1 | void k();
      |      ^
a.cu:9:1: warning: unused variable 'y'
1 warning and 1 error generated when compiling for host.
";
        assert_eq!(
            merged(&[DEVICE, host], Path::new("/cache/include")),
            "a.cu:3:5: error: no matching function for call to 'atomicAdd'
    3 |     atomicAdd(p, \"x\");
      |     ^~~~~~~~~
a.cu:1:6: note: declared here
    1 | void k();
      |      ^
a.cu:9:1: warning: unused variable 'y'
"
        );
    }

    #[test]
    fn an_error_inside_our_headers_is_still_said() {
        let text = "/cache/include/common/warplens/fp16.h:4:1: error: odd\n";
        assert_eq!(merged(&[text], Path::new("/cache/include")), text);
    }

    #[test]
    fn colours_do_not_hide_a_repetition() {
        let coloured = "\u{1b}[1ma.cu:1:1: \u{1b}[0m\u{1b}[0;1;31merror: \u{1b}[0mx\n";
        assert_eq!(merged(&[coloured, "a.cu:1:1: error: x\n"], Path::new("/h")), coloured);
    }
}
