//! The `warplens` command.
fn main() {}
