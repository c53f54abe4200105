//! Help while arguments are typed, also between `<<<` and `>>>` and for a kernel's own arguments.
//!
//! Works on the text before the cursor, since half-typed calls have no tree to speak of.

use crate::{Query, model::SymbolKind};

/// One way to call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The whole signature.
    pub label: String,
    /// Its parameters, as substrings of the label.
    pub parameters: Vec<String>,
    /// What it does.
    pub help: String,
}

/// Help for the call around the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// The ways to call, the likeliest first.
    pub signatures: Vec<Signature>,
    /// Which parameter is being typed.
    pub active_parameter: usize,
}

/// How far back the start of a call is looked for.
const MAX_BACK: usize = 4000;

/// Help at an offset, if it is inside a call's or launch's brackets.
pub fn signature_help(q: &Query<'_>, offset: u32) -> Option<SignatureHelp> {
    let text = q.analysis.text();
    let end = (offset as usize).min(text.len());
    let before = text.as_bytes().get(end.saturating_sub(MAX_BACK)..end)?;
    let open = open_call(before)?;
    if open.launch {
        let parameters = ["dim3 grid", "dim3 block", "size_t sharedBytes = 0", "cudaStream_t stream = 0"]
            .map(str::to_owned);
        let label = format!("{}<<<{}>>>", open.name, parameters.join(", "));
        let help =
            "Blocks in the grid, threads in a block, bytes of dynamic shared memory, stream.".to_owned();
        let signature = Signature { label, parameters: parameters.to_vec(), help };
        return Some(SignatureHelp { signatures: vec![signature], active_parameter: open.commas });
    }
    let mut signatures = Vec::new();
    for function in q.analysis.model().functions_named(&open.name) {
        signatures.extend(of_node(q.analysis, function.node, &open.name));
    }
    if signatures.is_empty() {
        for (path, symbol) in q.index.named(&open.name).filter(|(_, s)| s.kind == SymbolKind::Function) {
            let Some(analysis) = q.files.analysis(path) else { continue };
            let function = analysis.model().functions_named(&open.name).into_iter().map(|f| f.node).next();
            if let Some(node) = function.filter(|_| symbol.exec.is_some()) {
                signatures.extend(of_node(&analysis, node, &open.name));
            }
        }
    }
    if signatures.is_empty() {
        let api = crate::apis::find(&open.name)?;
        let parameters: Vec<String> = api.parameters().into_iter().map(str::to_owned).collect();
        signatures.push(Signature {
            label: api.signature.replace(api.name, &open.name),
            parameters,
            help: api.help.to_owned(),
        });
    }
    signatures.dedup_by(|a, b| a.label == b.label);
    Some(SignatureHelp { signatures, active_parameter: open.commas })
}

fn of_node(analysis: &crate::Analysis, node: crate::NodeId, name: &str) -> Option<Signature> {
    let node = analysis.syntax().node(node);
    let list = node.descendants().find(|n| n.kind() == crate::Kind::ParameterList)?;
    let parameters: Vec<String> =
        list.items().map(|n| n.text().split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let function = analysis.model().function_of(node.id).and_then(|f| analysis.model().function(f))?;
    let label = format!("{} {name}({})", function.exec.words(), parameters.join(", "));
    Some(Signature { label, parameters, help: String::new() })
}

struct OpenCall {
    name: String,
    commas: usize,
    launch: bool,
}

/// The innermost bracket that is open at the end of `text` and belongs to a call.
fn open_call(text: &[u8]) -> Option<OpenCall> {
    let mut depth = 0usize;
    let mut commas = 0usize;
    let mut i = text.len();
    while i > 0 {
        i -= 1;
        match text[i] {
            b')' | b']' => depth += 1,
            b'}' if depth == 0 => return None,
            b'>' if text.get(i.saturating_sub(2)..=i) == Some(b">>>") => {
                depth += 1;
                i -= 2;
            }
            b'<' if text.get(i.saturating_sub(2)..=i) == Some(b"<<<") => {
                i -= 2;
                if depth == 0 {
                    let name = name_before(text, i)?;
                    return Some(OpenCall { name, commas, launch: true });
                }
                depth -= 1;
            }
            b'(' | b'[' | b'{' if depth > 0 => depth -= 1,
            b'(' => {
                // `k<<<g, b>>>(`: the arguments of a launch are those of its kernel.
                let mut at = i;
                while at > 0 && text[at - 1].is_ascii_whitespace() {
                    at -= 1;
                }
                if text.get(at.saturating_sub(3)..at) == Some(b">>>") {
                    at = skip_launch(text, at)?;
                }
                match name_before(text, at) {
                    Some(name)
                        if !matches!(
                            name.as_str(),
                            "if" | "for" | "while" | "switch" | "return" | "sizeof"
                        ) =>
                    {
                        return Some(OpenCall { name, commas, launch: false });
                    }
                    _ => commas = 0,
                }
            }
            b',' if depth == 0 => commas += 1,
            b';' | b'{' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn skip_launch(text: &[u8], end: usize) -> Option<usize> {
    (0..end.saturating_sub(3)).rev().find(|i| text.get(*i..*i + 3) == Some(b"<<<"))
}

fn name_before(text: &[u8], end: usize) -> Option<String> {
    let mut at = end;
    while at > 0 && text[at - 1].is_ascii_whitespace() {
        at -= 1;
    }
    if at > 0 && text[at - 1] == b'>' {
        // Template arguments.
        let mut depth = 0;
        while at > 0 {
            at -= 1;
            match text[at] {
                b'>' => depth += 1,
                b'<' => depth -= 1,
                b';' | b'{' | b'}' => return None,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    let stop = at;
    while at > 0 && (text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'_' || text[at - 1] >= 0x80) {
        at -= 1;
    }
    let name = std::str::from_utf8(text.get(at..stop)?).ok()?;
    (!name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| name.to_owned())
}
