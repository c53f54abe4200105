//! `warplens explain NAME`: what a metric or a rule means.
//!
//! Topics come from providers; adding a kind of topic is one [`Provider`] in [`PROVIDERS`]. The texts live with what
//! they explain, not here.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;
use warplens_ide::rules;
use warplens_profiler::analysis;
use warplens_profiler::metrics::{self, Metric, explain};
use warplens_profiler::suggest;

use crate::report::{self, Help as _};

/// Arguments of `explain`.
#[derive(clap::Args)]
pub struct Args {
    /// Name of a metric or a rule, or the beginning of one; all are listed when left out
    name: Option<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// One thing that can be explained.
struct Topic {
    name: String,
    /// One line for lists.
    summary: String,
    /// The whole page, in plain text.
    page: String,
    /// The same for programs.
    json: serde_json::Value,
}

/// A kind of topics.
struct Provider {
    /// What they are, in the plural.
    what: &'static str,
    /// The topic with exactly this name.
    find: fn(&str) -> Option<Topic>,
    /// Topics whose name begins with (or else contains) the text; all for the empty text.
    search: fn(&str) -> Vec<Topic>,
    /// Every name, for suggestions.
    names: fn() -> Vec<String>,
}

const PROVIDERS: &[Provider] = &[
    Provider {
        what: "metrics",
        find: |name| explain::find(name).map(metric),
        search: |prefix| explain::search(prefix).into_iter().map(metric).collect(),
        names: || metrics::all().flat_map(|m| [Some(m.name), m.alias]).flatten().map(str::to_owned).collect(),
    },
    Provider {
        what: "rules of the editor and of `warplens lint`",
        find: |name| rules::find(name).map(rule),
        search: |part| rules::RULES.iter().filter(|r| r.name.contains(part)).map(rule).collect(),
        names: || rules::RULES.iter().flat_map(|r| [r.name, r.code]).map(str::to_owned).collect(),
    },
    Provider {
        what: "kinds of advice in profiles",
        find: |name| analysis::RULES.iter().find(|r| r.name == name).map(|r| advice(r)),
        search: |prefix| {
            analysis::RULES.iter().filter(|r| r.name.starts_with(prefix)).map(|r| advice(r)).collect()
        },
        names: || analysis::RULES.iter().map(|r| r.name.to_owned()).collect(),
    },
];

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = report::stdout();
    let wanted = args.name.as_deref().unwrap_or("");
    // A defect may be known to the editor and to the profiler: both are told.
    let exact: Vec<Topic> = PROVIDERS.iter().filter_map(|p| (p.find)(wanted)).collect();
    if !exact.is_empty() {
        show(&mut out, &exact, args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut found: Vec<(&Provider, Vec<Topic>)> =
        PROVIDERS.iter().map(|p| (p, (p.search)(wanted))).filter(|(_, topics)| !topics.is_empty()).collect();
    let count: usize = found.iter().map(|(_, topics)| topics.len()).sum();
    match count {
        0 => {
            let names: Vec<String> = PROVIDERS.iter().flat_map(|p| (p.names)()).collect();
            let near = suggest::nearest(wanted, names.iter().map(String::as_str));
            let advice = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`warplens explain` lists everything there is".to_owned(),
            };
            return Err(anyhow::anyhow!("there is nothing called `{wanted}` to explain")).help(advice);
        }
        1 => {
            let only: Vec<Topic> = found.drain(..).flat_map(|(_, topics)| topics).collect();
            show(&mut out, &only, args.format)?;
        }
        _ if args.format == Format::Json => {
            let all: Vec<&serde_json::Value> = found.iter().flat_map(|(_, t)| t).map(|t| &t.json).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        }
        _ => {
            for (provider, topics) in &found {
                list(&mut out, provider.what, topics)?;
            }
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn show(out: &mut impl Write, topics: &[Topic], format: Format) -> anyhow::Result<()> {
    match (format, topics) {
        (Format::Text, _) => {
            let pages: Vec<&str> = topics.iter().map(|t| t.page.trim_end()).collect();
            writeln!(out, "{}", pages.join("\n\n"))?;
        }
        (Format::Json, [only]) => writeln!(out, "{}", serde_json::to_string_pretty(&only.json)?)?,
        (Format::Json, _) => {
            let all: Vec<&serde_json::Value> = topics.iter().map(|t| &t.json).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        }
    }
    out.flush()?;
    Ok(())
}

fn list(out: &mut impl Write, what: &str, topics: &[Topic]) -> anyhow::Result<()> {
    writeln!(out, "{} {what}; `warplens explain NAME` tells more about one", topics.len())?;
    for topic in topics {
        writeln!(out, "  {}\n      {}", topic.name, topic.summary)?;
    }
    Ok(())
}

fn metric(m: &'static Metric) -> Topic {
    let formula = explain::formula(m);
    let also = m.alias.map(|a| format!(", also {a}")).unwrap_or_default();
    let figures = match m.figures {
        [] => String::new(),
        some => format!("\nrests on  {} (device file)", some.join(", ")),
    };
    let page = format!(
        "{}{also}\n\n{}\n\nunit      {}\nclass     {}\nfor       {}\nformula   {formula}{figures}",
        m.name,
        wrapped(m.doc),
        m.unit,
        m.class.as_str(),
        explain::scope(m),
    );
    let json = json!({
        "kind": "metric",
        "name": m.name,
        "aliases": m.alias.iter().collect::<Vec<_>>(),
        "unit": m.unit,
        "class": m.class.as_str(),
        "scope": explain::scope(m),
        "formula": formula,
        "figures": m.figures,
        "doc": m.doc,
    });
    let sentence = m.doc.split_inclusive(['.', ';', ':']).next().unwrap_or(m.doc);
    Topic { name: m.name.to_owned(), summary: sentence.trim_end_matches([';', ':']).to_owned(), page, json }
}

fn rule(r: &'static rules::Rule) -> Topic {
    Topic {
        name: r.name.to_owned(),
        summary: r.summary(),
        page: rules::explain(r.name).unwrap_or_default(),
        json: json!({
            "kind": "rule",
            "rule": r.name,
            "code": r.code,
            "category": r.category.title(),
            "level": r.level.word(),
            "summary": r.summary(),
            "manual": r.manual(),
        }),
    }
}

fn advice(r: &analysis::Rule) -> Topic {
    let page = format!("{}, advice in profiles\n\n{}", r.name, wrapped(r.doc));
    let json = json!({ "kind": "advice", "name": r.name, "doc": r.doc });
    let sentence = r.doc.split_inclusive(['.', ';', ':']).next().unwrap_or(r.doc);
    Topic { name: r.name.to_owned(), summary: sentence.trim_end_matches([';', ':']).to_owned(), page, json }
}

// Lines of at most 80 columns: short enough to read, whatever the terminal.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in text.split_whitespace() {
        if column > 0 && column + 1 + word.len() > 80 {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += word.len();
    }
    out
}
