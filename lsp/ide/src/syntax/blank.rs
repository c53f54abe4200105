//! What the grammar cannot read is hidden from it behind spaces of the same length.
//!
//! Three things are hidden: attributes with arguments that the C++ grammar has no place for (`__align__(16)`,
//! `__cluster_dims__(2)`, `__launch_bounds__` with three arguments), qualifiers on lambdas (`[=] __device__ (int i)`), and
//! macros whose body is nothing but such attributes (`#define HD __host__ __device__`) or nothing at all. Ranges and lines
//! stay true, and the words can still be read from the document's own text, which is how a function's execution
//! space is found. Macros from other files are not seen here, save a short list of well-known ones.

use crate::text::TextRange;
use std::collections::HashSet;

/// Attributes that take an argument list and go away with it.
const WITH_ARGUMENTS: &[&str] = &[
    "__align__",
    "__builtin_align__",
    "__cluster_dims__",
    "__block_size__",
    "__maxnreg__",
    "__nv_pure__",
    "__CUDA_ALIGN__",
];

/// Words that go away alone.
const ALONE: &[&str] = &[
    "CUDART_CB",
    "CUDAAPI",
    "CUDARTAPI",
    "MUSART_CB",
    "MUSAAPI",
    "MUSARTAPI",
    "CUDA_CB",
    "__CUDA_DEVICE__",
    "__nv_pure__",
    "CUB_RUNTIME_FUNCTION",
    "THRUST_RUNTIME_FUNCTION",
    "CCCL_DEVICE",
    "_CCCL_DEVICE",
    "_CCCL_HOST_DEVICE",
    "_CCCL_FORCEINLINE",
    "C10_HOST_DEVICE",
    "C10_DEVICE",
    "C10_HOST",
    "CUTLASS_DEVICE",
    "CUTLASS_HOST_DEVICE",
    "CUTE_DEVICE",
    "CUTE_HOST_DEVICE",
    "MUTLASS_DEVICE",
    "MUTLASS_HOST_DEVICE",
    "MUTE_DEVICE",
    "MUTE_HOST_DEVICE",
    "EIGEN_DEVICE_FUNC",
    "EIGEN_STRONG_INLINE",
];

/// Words a macro may consist of and still be nothing but attributes.
const ATTRIBUTES: &[&str] = &[
    "__host__",
    "__device__",
    "__global__",
    "__forceinline__",
    "__noinline__",
    "__inline__",
    "__inline",
    "__force_inline__",
    "__attribute__",
    "__declspec",
    "inline",
    "static",
    "always_inline",
    "__always_inline__",
    "noinline",
    "unused",
    "__unused__",
    "visibility",
    "constexpr",
    "extern",
    "dllexport",
    "dllimport",
    "__visibility__",
    "__launch_bounds__",
    "aligned",
    "packed",
];

/// The stretches to hide, in order, without overlaps.
pub(super) fn spans(text: &str) -> Vec<TextRange> {
    let bytes = text.as_bytes();
    let macros = attribute_macros(text);
    let mut spans = Vec::new();
    let mut scan = Scanner { bytes, at: 0 };
    let mut previous = 0u8;
    while let Some((start, end, in_directive)) = scan.next_word(&mut previous) {
        if in_directive {
            continue;
        }
        let Some(word) = text.get(start..end) else { continue };
        let last = if WITH_ARGUMENTS.contains(&word) {
            Some(arguments_end(bytes, end).unwrap_or(end))
        } else if ALONE.contains(&word) || macros.contains(word) || on_lambda(word, previous) {
            Some(end)
        } else if word == "__launch_bounds__" && commas(bytes, end) >= 2 {
            Some(arguments_end(bytes, end).unwrap_or(end))
        } else {
            None
        };
        match last {
            Some(last) => {
                spans.push(TextRange::new(start as u32, last as u32));
                scan.at = last;
            }
            None => previous = b'w',
        }
    }
    spans
}

/// Whether a qualifier stands right after a lambda's captures.
fn on_lambda(word: &str, previous: u8) -> bool {
    previous == b']' && matches!(word, "__device__" | "__host__" | "__global__")
}

/// The text with those stretches as spaces; line ends stay.
pub(super) fn apply(text: &str, spans: &[TextRange]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0usize;
    for span in spans {
        out.push_str(text.get(at..span.start as usize).unwrap_or(""));
        for b in span.of(text).bytes() {
            out.push(if matches!(b, b'\n' | b'\r') { b as char } else { ' ' });
        }
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// Object-like macros of this file that expand to attributes only, or to nothing and are used as one.
fn attribute_macros(text: &str) -> HashSet<&str> {
    let mut found = HashSet::new();
    let mut other = HashSet::new();
    let mut at = 0;
    while let Some(hit) = text.get(at..).and_then(|t| t.find("define")) {
        let start = at + hit;
        at = start + 6;
        let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
        if text[line_start..start].trim() != "#" && text[line_start..start].trim_start().trim_end() != "#" {
            continue;
        }
        let rest = &text[at..];
        let line = rest.split(['\n', '\r']).next().unwrap_or("");
        if line.trim_end().ends_with('\\') {
            continue;
        }
        let line = line.split("//").next().unwrap_or("").split("/*").next().unwrap_or("").trim_start();
        let name_len = line.bytes().take_while(|b| is_word(*b)).count();
        let (name, body) = line.split_at(name_len);
        if name.is_empty() || body.starts_with('(') {
            continue;
        }
        let words: Vec<&str> =
            body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
        let attributes = words
            .iter()
            .all(|w| ATTRIBUTES.contains(w) || found.contains(w) || w.bytes().all(|b| b.is_ascii_digit()));
        let plain = body.bytes().all(|b| is_word(b) || b" \t()\",".contains(&b));
        // An empty macro is hidden only if its name says it decorates: include guards are empty too.
        let decorates = !words.is_empty() && words.iter().any(|w| !w.bytes().all(|b| b.is_ascii_digit()))
            || words.is_empty() && looks_like_attribute(name);
        if attributes && plain && decorates {
            found.insert(name);
        } else {
            other.insert(name);
        }
    }
    // A macro that is sometimes something else stays visible.
    found.retain(|name| !other.contains(name));
    found
}

fn looks_like_attribute(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["INLINE", "DEVICE", "HOST", "GLOBAL", "EXPORT", "IMPORT", "_API", "ATTR", "KERNEL"]
        .iter()
        .any(|w| name.contains(w))
        && !name.ends_with("_H")
        && !name.ends_with("_H_")
        && !name.ends_with("__")
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

/// End of a parenthesised list that begins after `at`, if one does.
fn arguments_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut i = at;
    while bytes.get(i).is_some_and(|b| b.is_ascii_whitespace()) {
        i += 1;
    }
    if bytes.get(i) != Some(&b'(') {
        return None;
    }
    let mut depth = 0usize;
    // An attribute's arguments are short; a missing bracket must not swallow the file.
    for (n, b) in bytes.iter().enumerate().skip(i).take(400) {
        match b {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(n + 1);
                }
            }
            b';' | b'{' | b'}' => return None,
            _ => {}
        }
    }
    None
}

fn commas(bytes: &[u8], at: usize) -> usize {
    let Some(end) = arguments_end(bytes, at) else { return 0 };
    let mut depth = 0i32;
    let mut count = 0;
    for b in bytes.get(at..end).unwrap_or_default() {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b',' if depth == 1 => count += 1,
            _ => {}
        }
    }
    count
}

/// Walks over words, skipping comments and strings.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    /// The next word as (start, end, inside a preprocessor line); `previous` is left at the last byte seen before it.
    fn next_word(&mut self, previous: &mut u8) -> Option<(usize, usize, bool)> {
        loop {
            let b = *self.bytes.get(self.at)?;
            match b {
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => self.skip_to(b"\n"),
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => {
                    self.at += 2;
                    self.skip_to(b"*/");
                }
                b'"' | b'\'' => {
                    self.skip_quoted(b);
                    *previous = b;
                }
                b'#' if self.line_is_blank_before() => {
                    self.skip_directive();
                }
                _ if b.is_ascii_digit() => {
                    // A number and its suffix; 1'000 keeps its apostrophes.
                    while self.bytes.get(self.at).is_some_and(|b| is_word(*b) || *b == b'\'' || *b == b'.') {
                        self.at += 1;
                    }
                    *previous = b'0';
                }
                _ if is_word(b) => {
                    let start = self.at;
                    while self.bytes.get(self.at).is_some_and(|b| is_word(*b)) {
                        self.at += 1;
                    }
                    return Some((start, self.at, false));
                }
                _ => {
                    if !b.is_ascii_whitespace() {
                        *previous = b;
                    }
                    self.at += 1;
                }
            }
        }
    }

    fn line_is_blank_before(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        before.iter().rev().take_while(|b| **b != b'\n').all(u8::is_ascii_whitespace)
    }

    fn skip_directive(&mut self) {
        while let Some(b) = self.bytes.get(self.at) {
            if *b == b'\n' {
                let line = self.bytes.get(..self.at).unwrap_or_default();
                let last = line.iter().rev().find(|b| **b != b'\r');
                if last != Some(&b'\\') {
                    return;
                }
            }
            self.at += 1;
        }
    }

    fn skip_to(&mut self, what: &[u8]) {
        while self.at < self.bytes.len() {
            if self.bytes.get(self.at..).is_some_and(|b| b.starts_with(what)) {
                self.at += what.len();
                return;
            }
            self.at += 1;
        }
    }

    fn skip_quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(b) = self.bytes.get(self.at) {
            self.at += 1;
            match b {
                b'\\' => self.at += 1,
                b'\n' => return,
                b if *b == quote => return,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(text: &str) -> String {
        apply(text, &spans(text))
    }

    #[test]
    fn attributes_become_spaces_of_the_same_length() {
        assert_eq!(blanked("struct __align__(16) S;"), "struct               S;");
        assert_eq!(blanked("a = [=] __device__ (int i) {};"), "a = [=]            (int i) {};");
        assert_eq!(blanked("__launch_bounds__(1, 2)"), "__launch_bounds__(1, 2)");
        assert_eq!(blanked("__launch_bounds__(1, 2, 3) f"), format!("{:26} f", ""));
        let chinese = "struct __align__(/* 对齐 */ 8) S;";
        assert_eq!(blanked(chinese).len(), chinese.len());
    }

    #[test]
    fn macros_of_attributes_are_hidden_and_other_macros_are_not() {
        assert_eq!(
            blanked("#define HD __host__ __device__\nHD float f();"),
            "#define HD __host__ __device__\n   float f();"
        );
        assert_eq!(blanked("#define N 3\nint a[N];"), "#define N 3\nint a[N];");
        assert_eq!(blanked("#define FOO_H\nFOO_H"), "#define FOO_H\nFOO_H");
        assert_eq!(
            blanked("#define INL inline\n#define INL float\nINL f"),
            "#define INL inline\n#define INL float\nINL f"
        );
    }

    #[test]
    fn comments_and_strings_keep_their_words() {
        for text in ["// __align__(8)\n", "\"__align__(8)\"", "/* CUDART_CB */", "__align__(8", "'\\''"] {
            let expected = if text == "__align__(8" { "         (8" } else { text };
            assert_eq!(blanked(text), expected);
        }
    }
}
