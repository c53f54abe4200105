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

#[test]
fn the_readmes_links_lead_somewhere() {
    for target in
        readme().split("](").skip(1).filter_map(|t| t.split(')').next()).filter(|t| !t.contains("://"))
    {
        assert!(root().join(target).exists(), "README.md links to {target}");
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
