//! `*` and `?` patterns for kernel names.

/// Whether the whole of `text` matches: `*` stands for any characters, `?` for one.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when the last `*` takes one character more: linear in practice, never exponential.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&c) = text.get(t) {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, t));
                p += 1;
            }
            Some(&want) if want == '?' || want == c => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((after, from)) = retry else { return false };
                retry = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern.iter().skip(p).all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks() {
        assert!(matches("transpose_*", "transpose_naive"));
        assert!(matches("*", ""));
        assert!(matches("reduce<?56>*", "reduce<256>(float*)"));
        assert!(matches("*a*b*c", "xxaxxbxxbc"));
        assert!(!matches("transpose", "transpose_naive"));
        assert!(!matches("a?", "a"));
        assert!(!matches("*a*a*a*a*a*a*a*b", &"a".repeat(200)));
    }
}
