//! C++ names as people write them.

/// The demangled form of an Itanium-mangled name; any other name unchanged.
pub fn demangle(name: &str) -> String {
    warplens_image::demangle(name).unwrap_or_else(|| name.to_owned())
}

/// The bare name without namespaces, template arguments and parameters: what stands before `<<<` in a launch.
pub fn plain(demangled: &str) -> &str {
    // "(anonymous namespace)::f(int)" holds a parenthesis that is no parameter list.
    let head = demangled.strip_prefix("(anonymous namespace)::").unwrap_or(demangled);
    let end = head.find(['(', '<']).unwrap_or(head.len());
    let name = head.get(..end).unwrap_or(head);
    name.rsplit("::").next().unwrap_or(name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_read_as_in_their_source() {
        assert_eq!(demangle("_Z5saxpyifPKfPf"), "saxpy(int, float, float const*, float*)");
        assert_eq!(demangle("saxpy"), "saxpy");
        assert_eq!(demangle("_Z6reduceILi256EEvPKfPfi"), "reduce<256>(float const*, float*, int)");
        assert_eq!(demangle("_Zgarbage"), "_Zgarbage");
    }

    #[test]
    fn plain_names_have_no_decoration() {
        assert_eq!(plain("reduce<256>(float const*, float*, int)"), "reduce");
        assert_eq!(plain("ns::inner::f(int)"), "f");
        assert_eq!(plain("(anonymous namespace)::f(int)"), "f");
        assert_eq!(plain("saxpy"), "saxpy");
    }
}
