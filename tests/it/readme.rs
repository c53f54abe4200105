//! What the README promises is there: the commands of its table, the files it links to.

use crate::support::{root, warplens};

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

#[test]
fn every_verb_has_a_line_in_the_readme_and_every_line_a_verb() {
    let help = warplens(&["help"]).stdout;
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut verbs: Vec<&str> = commands
        .lines()
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
        .filter_map(|l| l.split_whitespace().next())
        .filter(|v| *v != "help")
        .collect();
    let text = readme();
    let mut listed: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("| `warplens "))
        .filter_map(|l| l.split([' ', '`']).next())
        .collect();
    verbs.sort_unstable();
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed, verbs, "the table under \"Commands\" in README.md");
}

/// Where the links of a page lead, relative to its folder.
fn links(page: &str) -> Vec<String> {
    let text = std::fs::read_to_string(root().join(page)).unwrap();
    let targets = text.split("](").skip(1).filter_map(|t| t.split([')', '#']).next());
    targets.filter(|t| !t.contains("://") && !t.is_empty()).map(str::to_owned).collect()
}

#[test]
fn links_lead_somewhere() {
    for page in ["README.md", "ARCHITECTURE.md", "docs/README.md"] {
        let folder = root().join(page).parent().unwrap().to_path_buf();
        for target in links(page) {
            assert!(folder.join(&target).exists(), "{page} links to {target}");
        }
    }
}

#[test]
fn every_page_of_the_book_is_in_its_contents() {
    let contents = links("docs/README.md");
    for entry in std::fs::read_dir(root().join("docs")).unwrap().map(Result::unwrap) {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(name == "README.md" || contents.contains(&name), "docs/README.md does not list {name}");
    }
}

#[test]
fn devices_lists_models_and_their_sources() {
    let list = warplens(&["devices"]);
    assert_eq!(list.status, Some(0));
    assert!(list.stdout.lines().next().unwrap().starts_with("mtt-s5000"), "{}", list.stdout);
    let one = warplens(&["devices", "mtt-s5000"]).stdout;
    assert!(one.contains("assumed: "), "{one}");
    assert!(one.contains("differs: "), "{one}");
    let unknown = warplens(&["devices", "h10"]);
    assert_eq!(unknown.status, Some(2));
    assert!(unknown.stderr.contains("did you mean `h100`?"), "{}", unknown.stderr);
}
