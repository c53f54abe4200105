//! Names of static device variables in relocatable device code.
//!
//! clang gives a static variable that host code names (`cudaMemcpyToSymbol`) a visible name with the file's identity in
//! it: `_ZL1x__static__0123`. Device code compiled before the first host use keeps the plain name, declared `.extern`, and
//! would find nothing, or another file's. Here such declarations go and their uses get the full name.

/// PTX in which every static variable has one name.
pub(crate) fn settled(ptx: &str) -> String {
    let renamed: Vec<(&str, &str)> = ptx
        .lines()
        .filter(|line| line.starts_with(".extern ") && !line.contains(".func"))
        .filter_map(declared)
        .filter_map(|plain| full_name(ptx, plain).map(|full| (plain, full)))
        .collect();
    if renamed.is_empty() {
        return ptx.to_string();
    }
    let mut out = String::with_capacity(ptx.len());
    for line in ptx.lines() {
        let dropped = line.starts_with(".extern ")
            && declared(line).is_some_and(|name| renamed.iter().any(|(plain, _)| *plain == name));
        if !dropped {
            push_renamed(&mut out, line, &renamed);
        }
        out.push('\n');
    }
    out
}

/// The name a declaration line ends with: `.extern .global .align 4 .b8 c[16];`.
fn declared(line: &str) -> Option<&str> {
    let text = line.split([';', '[', '=']).next()?.trim_end();
    text.rsplit(' ').next().filter(|name| !name.is_empty())
}

/// The visible name made from a plain one, if this PTX defines it.
fn full_name<'t>(ptx: &'t str, plain: &str) -> Option<&'t str> {
    ["__static__", "__intern__"].into_iter().find_map(|mark| {
        let start = format!("{plain}{mark}");
        ptx.lines()
            .filter(|line| line.starts_with(".visible "))
            .filter_map(declared)
            .find(|name| name.starts_with(&start))
    })
}

fn push_renamed(out: &mut String, line: &str, renamed: &[(&str, &str)]) {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut rest = line;
    while let Some(start) = rest.find(part_of_name) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !part_of_name(c)).unwrap_or(from.len()));
        out.push_str(before);
        out.push_str(renamed.iter().find(|(plain, _)| *plain == word).map_or(word, |(_, full)| full));
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_before_the_definition_get_its_name() {
        let ptx = "\
.extern .global .align 4 .u32 _ZL1x;
.extern .const .align 4 .b8 c[16];
.visible .global .align 4 .u32 _ZL1x__static__12ab = 4;
\tld.global.u32 \t%r1, [_ZL1x];
\tld.global.u32 \t%r2, [_ZL1xy+4];
";
        assert_eq!(
            settled(ptx),
            "
.extern .const .align 4 .b8 c[16];
.visible .global .align 4 .u32 _ZL1x__static__12ab = 4;
\tld.global.u32 \t%r1, [_ZL1x__static__12ab];
\tld.global.u32 \t%r2, [_ZL1xy+4];
"
        );
    }

    #[test]
    fn other_text_stays_as_it_is() {
        let ptx = ".extern .global .align 4 .u32 x;\n.visible .entry k()\n";
        assert_eq!(settled(ptx), ptx);
    }
}
