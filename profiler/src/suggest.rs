//! "Did you mean …": the known name nearest to a misspelt one.

/// The candidate most like `word`, if one is like enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (score(&lower, &c.to_lowercase()), c))
        .filter(|(s, _)| *s > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, c)| c)
}

// Edit distance as part of the longer word; a candidate that contains the word (or the other way round) is
// always like enough, so `transpose` finds `transpose_naive`.
fn score(word: &str, candidate: &str) -> f64 {
    let similar = strsim::normalized_damerau_levenshtein(word, candidate);
    let contains = word.len() >= 3 && (candidate.contains(word) || word.contains(candidate));
    if contains { similar.max(0.71) } else { similar }
}

/// `did you mean "x"?`, or else a list of what there is.
pub fn help<'a>(word: &str, what: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, candidates.clone()) {
        return format!("did you mean `{near}`?");
    }
    let mut names: Vec<&str> = candidates.into_iter().collect();
    if names.is_empty() {
        return format!("there are no {what} here");
    }
    const SHOWN: usize = 12;
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let list = names.join(", ");
    if more == 0 { format!("{what} here: {list}") } else { format!("{what} here: {list} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let names = ["transpose_naive", "transpose_tiled", "saxpy"];
        assert_eq!(nearest("sapxy", names), Some("saxpy"));
        assert_eq!(nearest("transpose_naiv", names), Some("transpose_naive"));
        assert_eq!(nearest("fft", names), None);
        assert_eq!(help("fft", "kernels", names), "kernels here: transpose_naive, transpose_tiled, saxpy");
        assert_eq!(help("saxpi", "kernels", names), "did you mean `saxpy`?");
        assert_eq!(help("x", "buffers", []), "there are no buffers here");
    }
}
