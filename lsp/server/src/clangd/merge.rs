//! One answer of several: ours, the host pass's, the device pass's.
//!
//! Lists are joined without twins, host first; of single things the first that says something wins. What clangd calls
//! its findings is made to fit beside ours.

use tower_lsp::ls_types::{Diagnostic, Location, LocationLink, NumberOrString};

use super::Pass;

/// Ready clangd's diagnostics to be shown: named after the compiler, kept apart by pass.
pub(crate) fn diagnostics(list: Vec<Diagnostic>, pass: Pass) -> Vec<Diagnostic> {
    list.into_iter()
        .filter(|d| !is_about_the_command_line(d))
        .map(|mut d| {
            if d.source.is_none() {
                d.source = Some("clang".to_owned());
            }
            // clangd wants its own data back with code actions; the pass tells whom to ask.
            if d.data.is_none() {
                d.data = Some(serde_json::json!({"pass": pass.name()}));
            }
            d
        })
        .collect()
}

/// Remarks about the driver's command line: ours, not the user's.
fn is_about_the_command_line(d: &Diagnostic) -> bool {
    match &d.code {
        Some(NumberOrString::String(code)) => {
            code.starts_with("drv_") || code.starts_with("err_drv") || code.starts_with("warn_drv")
        }
        _ => false,
    }
}

/// Places, each once.
pub(crate) fn locations(lists: impl IntoIterator<Item = Vec<Location>>) -> Vec<Location> {
    let mut out: Vec<Location> = Vec::new();
    for location in lists.into_iter().flatten() {
        let twin = out.iter().any(|o| o.uri == location.uri && o.range.start == location.range.start);
        if !twin {
            out.push(location);
        }
    }
    out
}

/// A link as the plain place it leads to.
pub(crate) fn plain(link: LocationLink) -> Location {
    Location { uri: link.target_uri, range: link.target_selection_range }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_about_the_command_line_are_not_the_users_business() {
        let with = |code: &str| Diagnostic {
            code: Some(NumberOrString::String(code.to_owned())),
            ..Diagnostic::default()
        };
        let kept = diagnostics(vec![with("drv_unknown_argument"), with("undeclared_var_use")], Pass::Device);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept.first().and_then(|d| d.source.as_deref()), Some("clang"));
    }
}
