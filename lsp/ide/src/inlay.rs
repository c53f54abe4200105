//! Hints between the words: what a launch comes to, how many bytes a kernel shares.

use crate::model::{Function, FunctionId, Space};
use crate::{Analysis, Kind, TextRange};

/// What a hint tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HintKind {
    /// A launch's dimensions.
    Launch,
    /// Bytes of a shared array.
    SharedBytes,
    /// An argument's parameter.
    Parameter,
}

/// A hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where it is shown.
    pub at: u32,
    /// Its text.
    pub label: String,
    /// More on it.
    pub tooltip: String,
    /// What it tells.
    pub kind: HintKind,
}

/// Hints inside a range, in the order of the text.
pub fn inlay_hints(analysis: &Analysis, range: TextRange) -> Vec<Hint> {
    let mut hints = Vec::new();
    launches(analysis, range, &mut hints);
    for symbol in &analysis.model().symbols {
        if symbol.space != Space::Shared || !range.covers(symbol.range) || symbol.ty.dims.is_empty() {
            continue;
        }
        let Some(bytes) = symbol.ty.bytes() else { continue };
        let node = analysis.syntax().node(symbol.node);
        let name = node.descendants().find(|n| n.range() == symbol.range);
        let outermost =
            name.and_then(|n| n.ancestors().take_while(|a| a.kind() == Kind::ArrayDeclarator).last());
        hints.push(Hint {
            at: outermost.map_or(symbol.range.end, |n| n.range().end),
            label: format!(" {bytes} B"),
            tooltip: format!("`{}` takes {bytes} bytes of shared memory per block", symbol.name),
            kind: HintKind::SharedBytes,
        });
    }
    hints.sort_by_key(|h| h.at);
    hints
}

fn launches(analysis: &Analysis, range: TextRange, hints: &mut Vec<Hint>) {
    let model = analysis.model();
    for launch in model.launches.iter().filter(|l| range.overlaps(l.syntax)) {
        let extents = |i: usize| {
            launch.configuration.get(i).map_or([None; 3], |n| model.eval_dim3(analysis.syntax().node(*n)))
        };
        let (grid, block) = (extents(0), extents(1));
        let threads = product(block);
        let blocks = product(grid);
        let mut parts = Vec::new();
        if let Some(blocks) = blocks {
            parts.push(format!("{blocks} blocks"));
        }
        if let Some(threads) = threads {
            parts.push(format!("{threads} threads"));
        }
        if let Some((blocks, threads)) = blocks.zip(threads) {
            parts.push(format!("{} in all", blocks.saturating_mul(threads)));
        }
        if let Some(shared) = launch.configuration.get(2).and_then(|n| model.eval(analysis.syntax().node(*n)))
            && shared > 0
        {
            parts.push(format!("{shared} B dynamic shared"));
        }
        if !parts.is_empty() {
            hints.push(Hint {
                at: launch.syntax.end,
                label: format!(" {} ", parts.join(", ")),
                tooltip: format!("launch of `{}`", launch.kernel),
                kind: HintKind::Launch,
            });
        }
        let names: Vec<&str> = match model.kernels_named(&launch.kernel).first() {
            Some(kernel) => {
                kernel.parameters.iter().filter_map(|p| Some(model.symbol(*p)?.name.as_str())).collect()
            }
            None => match model.around().kernels_named(&launch.kernel).first() {
                Some(kernel) => kernel.parameters.iter().map(|(name, _)| name.as_str()).collect(),
                None => continue,
            },
        };
        for (argument, parameter) in launch.arguments.iter().zip(names) {
            let node = analysis.syntax().node(*argument);
            // A name that says it already needs no hint.
            let literal = matches!(node.kind(), Kind::NumberLiteral | Kind::True | Kind::False | Kind::Null);
            if literal && !parameter.is_empty() {
                hints.push(Hint {
                    at: node.range().start,
                    label: format!("{parameter}: "),
                    tooltip: String::new(),
                    kind: HintKind::Parameter,
                });
            }
        }
    }
}

pub(crate) fn product(extents: [Option<u64>; 3]) -> Option<u64> {
    extents.into_iter().try_fold(1u64, |all, e| all.checked_mul(e?))
}

/// A kernel's shared memory, as the file tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedUse {
    /// Bytes of static arrays.
    pub bytes: u64,
    /// Whether it has dynamic shared memory as well.
    pub dynamic: bool,
}

/// Adds up a kernel's own shared variables; none where one has a size this file does not tell.
pub fn shared_bytes(analysis: &Analysis, function: &Function) -> Option<SharedUse> {
    let model = analysis.model();
    let id: FunctionId = model.function_of(function.node)?;
    let mut sum = SharedUse { bytes: 0, dynamic: false };
    for (_, symbol) in model.symbols_within(id).filter(|(_, s)| s.local_to == Some(id)) {
        match symbol.space {
            Space::Shared => {
                let align = symbol.ty.align().unwrap_or(1).max(1);
                sum.bytes = sum.bytes.next_multiple_of(align).checked_add(symbol.ty.bytes()?)?;
            }
            Space::DynamicShared => sum.dynamic = true,
            _ => {}
        }
    }
    Some(sum)
}
