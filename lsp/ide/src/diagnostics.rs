//! Diagnostics as data, and the one walk that makes them.
//!
//! Rules are grouped by what they look at (nodes of a kind, functions, launches, calls, the file), so the tree is walked
//! once however many rules there are. How a diagnostic is shown is for others to say.

use crate::config::{Config, Level};
use crate::rules::{Check, RULES, Rule};
use crate::text::{TextEdit, TextRange};
use crate::{Analysis, Kind, Node};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// A faint hint.
    Hint,
    /// Information.
    Info,
    /// Probably wrong or slow.
    Warning,
    /// Wrong.
    Error,
}

impl Severity {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A mark an editor may draw differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// Can go away.
    Unnecessary,
    /// Out of date.
    Deprecated,
}

/// A second place that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub range: TextRange,
    /// What is there.
    pub message: String,
}

/// A place that matters in a file other than the one looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// The file.
    pub path: std::path::PathBuf,
    /// From 1.
    pub line: u32,
    /// From 1, in bytes.
    pub column: u32,
    /// What is there.
    pub message: String,
}

/// A change that removes the cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "Use `__shfl_sync`".
    pub title: String,
    /// The change.
    pub edits: Vec<TextEdit>,
    /// Whether it keeps the program's meaning, so that it may be applied unseen.
    pub safe: bool,
}

/// Something a user should know about their code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, `WL001`.
    pub code: &'static str,
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Marks.
    pub tags: Vec<Tag>,
    /// Where.
    pub range: TextRange,
    /// One sentence: what is wrong.
    pub message: String,
    /// Other places.
    pub labels: Vec<Label>,
    /// Places in other files.
    pub elsewhere: Vec<Elsewhere>,
    /// What else to know, what to do next.
    pub notes: Vec<String>,
    /// Changes on offer, the best first.
    pub fixes: Vec<Fix>,
    /// Values that make it happen, where a rule worked them out: "block = (33, 32, 1)".
    pub witness: Option<String>,
}

impl Diagnostic {
    /// Adds another place.
    pub fn label(&mut self, range: TextRange, message: impl Into<String>) -> &mut Diagnostic {
        self.labels.push(Label { range, message: message.into() });
        self
    }

    /// Adds a place in another file.
    pub fn elsewhere(&mut self, place: Elsewhere) -> &mut Diagnostic {
        self.elsewhere.push(place);
        self
    }

    /// Adds a note.
    pub fn note(&mut self, note: impl Into<String>) -> &mut Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Offers a change that keeps the program's meaning.
    pub fn fix(&mut self, title: impl Into<String>, edits: Vec<TextEdit>) -> &mut Diagnostic {
        self.fixes.push(Fix { title: title.into(), edits, safe: true });
        self
    }

    /// Offers a change that a person should look at.
    pub fn suggest(&mut self, title: impl Into<String>, edits: Vec<TextEdit>) -> &mut Diagnostic {
        self.fixes.push(Fix { title: title.into(), edits, safe: false });
        self
    }

    /// Says which values make it happen.
    pub fn witness(&mut self, witness: impl Into<String>) -> &mut Diagnostic {
        self.witness = Some(witness.into());
        self
    }

    /// Makes it less or more severe than its rule says.
    pub fn severity(&mut self, severity: Severity) -> &mut Diagnostic {
        self.severity = severity;
        self
    }

    /// Marks it.
    pub fn tag(&mut self, tag: Tag) -> &mut Diagnostic {
        self.tags.push(tag);
        self
    }
}

/// Where a rule puts what it finds.
pub struct Findings {
    list: Vec<Diagnostic>,
    code: &'static str,
    rule: &'static str,
    severity: Severity,
    configured: bool,
}

impl Findings {
    /// Reports something; the answer takes details.
    pub fn report(&mut self, range: TextRange, message: impl Into<String>) -> &mut Diagnostic {
        let at = self.list.len();
        self.list.push(Diagnostic {
            code: self.code,
            rule: self.rule,
            severity: self.severity,
            tags: Vec::new(),
            range,
            message: message.into(),
            labels: Vec::new(),
            elsewhere: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
            witness: None,
        });
        &mut self.list[at]
    }

    /// Whether the user set this rule's level, so that a rule must not change it.
    pub fn configured(&self) -> bool {
        self.configured
    }
}

/// Everything the fast rules say of one document, in the order of the text, suppressions honoured.
pub fn diagnostics(analysis: &Analysis, config: &Config) -> Vec<Diagnostic> {
    if let Some(ptx) = analysis.ptx() {
        return crate::ptx::diagnostics(ptx);
    }
    let cx = crate::rules::Context::new(analysis, config);
    let mut out = Findings::new();
    let mut by_kind: Vec<Vec<(&'static Rule, Severity)>> = vec![Vec::new(); 256];
    for (rule, severity) in wanted(config) {
        out.enter(rule, severity, config);
        match rule.check {
            Check::Nodes(kinds, _) => {
                for kind in kinds {
                    by_kind[*kind as usize].push((rule, severity));
                }
            }
            Check::Functions(check) => {
                for function in &analysis.model().functions {
                    check(&cx, function, &mut out);
                }
            }
            Check::Launches(check) => {
                for launch in &analysis.model().launches {
                    check(&cx, launch, &mut out);
                }
            }
            Check::Calls(check) => {
                for call in &analysis.model().calls {
                    check(&cx, call, &mut out);
                }
            }
            Check::File(check) => check(&cx, &mut out),
            Check::Compiled(_) | Check::Commands(_) => {}
        }
    }
    for node in analysis.syntax().nodes() {
        for (rule, severity) in &by_kind[node.kind() as usize] {
            if let Check::Nodes(_, check) = rule.check {
                out.enter(rule, *severity, config);
                check(&cx, node, &mut out);
            }
        }
    }
    out.finish(Some(analysis))
}

/// What the rules that look at a compile say of it.
pub(crate) fn of_compile(
    analysis: &Analysis,
    config: &Config,
    compiled: &crate::compiled::Compiled,
) -> Vec<Diagnostic> {
    let cx = crate::rules::Context::new(analysis, config);
    let mut out = Findings::new();
    for (rule, severity) in wanted(config) {
        if let Check::Compiled(check) = rule.check {
            out.enter(rule, severity, config);
            check(&cx, compiled, &mut out);
        }
    }
    out.finish(Some(analysis))
}

/// What the rules that look at compile commands say of a `compile_commands.json`.
pub(crate) fn of_commands(commands: &[crate::commands::Command], config: &Config) -> Vec<Diagnostic> {
    let mut out = Findings::new();
    for (rule, severity) in wanted(config) {
        if let Check::Commands(check) = rule.check {
            out.enter(rule, severity, config);
            check(config, commands, &mut out);
        }
    }
    out.finish(None)
}

/// The rules that are not off, with how loud they are.
fn wanted(config: &Config) -> impl Iterator<Item = (&'static Rule, Severity)> {
    RULES.iter().filter_map(|rule| {
        let severity = match config.level(rule) {
            Level::Off => return None,
            Level::Hint => Severity::Hint,
            Level::Info => Severity::Info,
            Level::Warning => Severity::Warning,
            Level::Error => Severity::Error,
        };
        Some((rule, severity))
    })
}

impl Findings {
    fn new() -> Findings {
        Findings { list: Vec::new(), code: "", rule: "", severity: Severity::Warning, configured: false }
    }

    /// What was found, in the order of the text, without what the text allows.
    fn finish(self, analysis: Option<&Analysis>) -> Vec<Diagnostic> {
        let mut list = self.list;
        if let Some(analysis) = analysis {
            let allowed = Suppressions::new(analysis);
            list.retain(|d| !allowed.covers(analysis, d));
        }
        list.sort_by(|a, b| (a.range, a.code, &a.message).cmp(&(b.range, b.code, &b.message)));
        list.dedup_by(|a, b| a.range == b.range && a.code == b.code && a.message == b.message);
        list
    }

    fn enter(&mut self, rule: &'static Rule, severity: Severity, config: &Config) {
        self.code = rule.code;
        self.rule = rule.name;
        self.severity = severity;
        self.configured = config.levels.contains_key(rule.name) || config.levels.contains_key(rule.code);
    }
}

/// Places where `// warplens: allow(rule)` speaks.
struct Suppressions {
    lines: Vec<(u32, String)>,
    file: Vec<String>,
}

impl Suppressions {
    fn new(analysis: &Analysis) -> Suppressions {
        let mut found = Suppressions { lines: Vec::new(), file: Vec::new() };
        if !analysis.text().contains("warplens:") {
            return found;
        }
        for node in analysis.syntax().nodes().filter(|n| n.kind() == Kind::Comment) {
            found.read(analysis, node);
        }
        found
    }

    fn read(&mut self, analysis: &Analysis, comment: Node<'_>) {
        let Some((_, directive)) = comment.text().split_once("warplens:") else { return };
        let directive = directive.trim_start();
        let (whole_file, rest) = match directive.strip_prefix("allow-file") {
            Some(rest) => (true, rest),
            None => match directive.strip_prefix("allow") {
                Some(rest) => (false, rest),
                None => return,
            },
        };
        let Some(names) = rest.trim_start().strip_prefix('(').and_then(|r| r.split(')').next()) else {
            return;
        };
        let names = names.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty());
        if whole_file {
            self.file.extend(names);
            return;
        }
        let lines = analysis.lines();
        let line = lines.line(comment.range().start);
        let start = lines.line_start(line);
        let alone = TextRange::new(start, comment.range().start).of(analysis.text()).trim().is_empty();
        // Alone on its line it speaks for the next line that holds code.
        let mut target = line;
        if alone {
            target = lines.line(comment.range().end) + 1;
            while target < lines.lines() {
                let text = lines.line_range(analysis.text(), target).of(analysis.text()).trim();
                if !text.is_empty() && !text.starts_with("//") {
                    break;
                }
                target += 1;
            }
        }
        self.lines.extend(names.map(|n| (target, n)));
    }

    fn covers(&self, analysis: &Analysis, diagnostic: &Diagnostic) -> bool {
        let names = |name: &String| name == diagnostic.rule || name == diagnostic.code || name == "all";
        if self.file.iter().any(names) {
            return true;
        }
        let line = analysis.lines().line(diagnostic.range.start);
        self.lines.iter().any(|(at, name)| *at == line && names(name))
    }
}
