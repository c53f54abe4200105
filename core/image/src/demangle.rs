//! C++ names for people: `_Z5saxpyifPKfPf` is `saxpy(int, float, float const*, float*)`.

use cpp_demangle::{DemangleOptions, ParseOptions, Symbol};

/// Longer names are left alone: substitutions can make the readable form exponentially long.
const LONGEST: usize = 4096;

struct Bounded(String);

impl cpp_demangle::DemangleWrite for Bounded {
    fn write_string(&mut self, text: &str) -> std::fmt::Result {
        if self.0.len() + text.len() > 4 * LONGEST {
            return Err(std::fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// The C++ declaration behind an Itanium-mangled name; `None` for any other name. The return type of a template
/// function is left out: kernels return nothing.
pub fn demangle(name: &str) -> Option<String> {
    if !name.starts_with("_Z") || name.len() > LONGEST {
        return None;
    }
    let symbol = Symbol::new_with_options(name, &ParseOptions::default().recursion_limit(128)).ok()?;
    let mut out = Bounded(String::new());
    symbol
        .structured_demangle(&mut out, &DemangleOptions::default().no_return_type().recursion_limit(128))
        .ok()?;
    Some(out.0)
}

#[cfg(test)]
mod tests {
    use super::demangle;

    #[test]
    fn mangled_names_become_declarations_and_others_stay() {
        assert_eq!(demangle("_Z5saxpyifPKfPf").as_deref(), Some("saxpy(int, float, float const*, float*)"));
        assert_eq!(demangle("_Z4tmplIdEvPT_").as_deref(), Some("tmpl<double>(double*)"));
        assert_eq!(demangle("main"), None);
        assert_eq!(demangle("_Z"), None);
    }

    #[test]
    fn names_made_to_explode_are_given_up() {
        // Each S_ doubles the type; the readable form would have 2^60 parts.
        let mut name = String::from("_Z1fIiE");
        for _ in 0..60 {
            name = format!("{name}PFS_S_E");
        }
        let readable = demangle(&name).unwrap_or_default();
        assert!(readable.len() < 1 << 15);
        assert_eq!(demangle(&format!("_Z{}", "N".repeat(5000))), None);
        let _ = demangle(&format!("_Z1f{}", "P".repeat(3000)));
    }
}
