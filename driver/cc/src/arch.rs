//! Architecture names: `sm_80`, `compute_80`, `mp_31`, `-gencode`'s lists, and what clang is told instead.

use crate::Error;

/// An architecture to make PTX for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arch {
    /// As clang spells it: `sm_80`.
    pub clang: String,
    /// `__MUSA_ARCH__` for MUSA sources: 310, 220 or 210.
    pub musa: u32,
}

impl Default for Arch {
    fn default() -> Self {
        Self { clang: "sm_80".to_string(), musa: 310 }
    }
}

impl Arch {
    /// The number in the name: 80 for `sm_80`, 90 for `sm_90a`.
    pub fn number(&self) -> u32 {
        let digits = self.clang.trim_start_matches("sm_");
        digits.trim_end_matches(char::is_alphabetic).parse().unwrap_or(80)
    }

    /// The nearest architecture that a version of clang and our headers can do.
    pub fn fitted(&self, clang_version: u32) -> Self {
        let newest = match clang_version {
            ..20 => 90,
            _ => 120,
        };
        let number = self.number();
        // `sm_50` is the oldest that nvcc 12 makes code for.
        let clang = if number > newest {
            format!("sm_{newest}")
        } else if number < 50 {
            "sm_50".to_string()
        } else if self.clang.ends_with('a') && clang_version < 18 {
            format!("sm_{number}")
        } else {
            self.clang.clone()
        };
        Self { clang, musa: self.musa }
    }
}

/// The architectures in the value of `-arch`, `-gencode` or `--offload-arch`. Words that name none, like `all`, `native`
/// and `all-major`, mean the default.
pub fn parse(text: &str) -> Result<Vec<Arch>, Error> {
    // In `arch=compute_80,code=[sm_80,compute_80]` the first part says which device code is compiled for.
    let names = match text.split_once("arch=") {
        Some((_, rest)) => rest.split(',').next().unwrap_or(rest),
        None => text,
    };
    let words = names.split([',', '[', ']', ' ']).filter(|word| !word.is_empty());
    words
        .map(|word| {
            arch(word).ok_or_else(|| {
                Error::Usage(format!(
                    "{word} is no architecture: sm_80, compute_80, mp_31, native, all and all-major are"
                ))
            })
        })
        .collect()
}

fn arch(word: &str) -> Option<Arch> {
    if matches!(word, "all" | "native" | "all-major") {
        return Some(Arch::default());
    }
    if let Some(number) = word.strip_prefix("mp_") {
        return Some(Arch { musa: number.parse::<u32>().ok()?.checked_mul(10)?, ..Arch::default() });
    }
    let prefixes = ["sm_", "compute_", "lto_"];
    let name = prefixes.into_iter().find_map(|prefix| word.strip_prefix(prefix))?;
    // `f`, for a family, is unknown to clang.
    let name = name.trim_end_matches('f');
    name.trim_end_matches('a').parse::<u32>().ok()?;
    Some(Arch { clang: format!("sm_{name}"), ..Arch::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        parse(text).expect("they are architectures").into_iter().map(|a| a.clang).collect()
    }

    #[test]
    fn names_of_every_spelling() {
        assert_eq!(names("sm_86"), ["sm_86"]);
        assert_eq!(names("compute_90a"), ["sm_90a"]);
        assert_eq!(names("arch=compute_80,code=[sm_80,compute_80]"), ["sm_80"]);
        assert_eq!(names("native"), ["sm_80"]);
        assert_eq!(names("arch=compute_90a,code=lto_90a"), ["sm_90a"]);
        assert_eq!(parse("mp_22").expect("it is one"), [Arch { clang: "sm_80".into(), musa: 220 }]);
    }

    #[test]
    fn what_is_no_architecture_is_refused_with_those_that_are() {
        for word in ["nonsense", "sm_banana", "sm_", "mp_x", "arch=compute_,code=sm_80"] {
            let error = parse(word).expect_err(word).to_string();
            assert!(error.contains("is no architecture: sm_80"), "{error}");
        }
    }

    #[test]
    fn architectures_beyond_clang_come_down_to_its_newest() {
        let arch = |name: &str| Arch { clang: name.into(), ..Arch::default() };
        assert_eq!(arch("sm_120").fitted(19).clang, "sm_90");
        assert_eq!(arch("sm_35").fitted(19).clang, "sm_50");
        assert_eq!(arch("sm_90a").fitted(17).clang, "sm_90");
        assert_eq!(arch("sm_80").fitted(19).clang, "sm_80");
    }
}
