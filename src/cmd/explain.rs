//! `warplens explain NAME`: what a metric means, its unit, class and formula.
//!
//! Topics come from providers; adding a kind of topic (editor rules, say) is one [`Provider`] and one line in
//! [`PROVIDERS`]. The texts live with what they explain, not here.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;
use warplens_ide::rules;
use warplens_profiler::metrics::{self, Metric, explain};
use warplens_profiler::suggest;

use crate::report::{self, Help as _};

/// Arguments of `explain`.
#[derive(clap::Args)]
pub struct Args {
    /// Name of a metric, or the beginning of one; all are listed when left out
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
        what: "rules",
        find: |name| rules::find(name).map(rule),
        search: |part| rules::RULES.iter().filter(|r| r.name.contains(part)).map(rule).collect(),
        names: || rules::RULES.iter().flat_map(|r| [r.name, r.code]).map(str::to_owned).collect(),
    },
];

fn rule(rule: &rules::Rule) -> Topic {
    Topic {
        name: rule.name.to_owned(),
        summary: rule.summary(),
        page: warplens_ide::explain(rule.name).unwrap_or_default(),
        json: json!({
            "rule": rule.name,
            "code": rule.code,
            "category": rule.category.title(),
            "level": rule.level.word(),
            "summary": rule.summary(),
            "manual": rule.manual(),
        }),
    }
}

/// Runs the verb.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = report::stdout();
    let wanted = args.name.as_deref().unwrap_or("");
    if let Some(topic) = PROVIDERS.iter().find_map(|p| (p.find)(wanted)) {
        show(&mut out, &topic, args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let found: Vec<(&Provider, Vec<Topic>)> =
        PROVIDERS.iter().map(|p| (p, (p.search)(wanted))).filter(|(_, topics)| !topics.is_empty()).collect();
    match found.as_slice() {
        [] => {
            let names: Vec<String> = PROVIDERS.iter().flat_map(|p| (p.names)()).collect();
            let near = suggest::nearest(wanted, names.iter().map(String::as_str));
            let advice = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`warplens explain` lists everything there is".to_owned(),
            };
            return Err(anyhow::anyhow!("there is nothing called `{wanted}` to explain")).help(advice);
        }
        [(_, topics)] if topics.len() == 1 => {
            for topic in topics {
                show(&mut out, topic, args.format)?;
            }
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

fn show(out: &mut impl Write, topic: &Topic, format: Format) -> anyhow::Result<()> {
    match format {
        Format::Text => writeln!(out, "{}", topic.page)?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&topic.json)?)?,
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
