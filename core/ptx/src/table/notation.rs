//! The table's notation, compiled: a pattern over modifiers and one over operands.

use super::Shape;
use crate::isa::{Mod, Word};

/// One of these sequences.
type Choice = Vec<Vec<Mod>>;

/// Choices in order, all there or, when optional, all missing.
#[derive(Clone, Debug)]
struct Group {
    optional: bool,
    choices: Vec<Choice>,
}

/// An operand's place.
#[derive(Clone, Copy, Debug)]
struct Place {
    optional: bool,
    address: bool,
    pair: bool,
    /// `d|p` without braces: both are needed.
    pair_needed: bool,
}

/// A compiled form.
#[derive(Clone, Debug)]
pub(super) struct Compiled {
    groups: Vec<Group>,
    places: Vec<Place>,
    /// `*`: any operands.
    open: bool,
}

impl Compiled {
    /// Reads a syntax line. The error says what is wrong with it.
    pub(super) fn new(syntax: &str) -> Result<Compiled, String> {
        let mut parts = syntax.split("; ");
        let line = parts.next().unwrap_or("");
        let mut classes = Vec::new();
        for p in parts {
            let (name, list) = p.split_once(" = ").ok_or_else(|| format!("no ` = ` in `{p}`"))?;
            let list = list.strip_prefix('{').and_then(|l| l.strip_suffix('}'));
            let list = list.ok_or_else(|| format!("no braces in `{p}`"))?;
            let mut choice = Vec::new();
            for alternative in list.split(',') {
                if alternative == ".m64nNkK" {
                    let shapes = Word::ALL.iter().filter(|w| w.as_str().starts_with("m64n"));
                    choice.extend(shapes.map(|w| vec![Mod::Word(*w)]));
                } else {
                    choice.push(sequence(alternative)?);
                }
            }
            classes.push((name.trim_start_matches('.'), choice));
        }
        let (opcode, operands) = line.split_once(' ').unwrap_or((line, ""));
        let start = opcode.find(['.', '{']).unwrap_or(opcode.len());
        let groups = groups(opcode.get(start..).unwrap_or(""), &classes)?;
        for (name, _) in &classes {
            let dotted = format!(".{name}");
            let used = opcode.match_indices(&dotted).any(|(i, _)| {
                opcode.as_bytes().get(i + dotted.len()).is_none_or(|b| matches!(b, b'.' | b'{' | b'}'))
            });
            if !used {
                return Err(format!("`.{name}` is defined but not used"));
            }
        }
        let open = operands.trim() == "*";
        let places = if open { Vec::new() } else { places(operands) };
        Ok(Compiled { groups, places, open })
    }

    /// Do the modifiers fit, in order?
    pub(super) fn takes(&self, mods: &[Mod]) -> bool {
        let mut found = false;
        self.walk(0, 0, mods, &mut |at, _| found |= at == mods.len(), &mut |_| {});
        found
    }

    /// Collects what may follow `mods`.
    pub(super) fn next(&self, mods: &[Mod], out: &mut Vec<Mod>) {
        self.walk(0, 0, mods, &mut |_, _| {}, &mut |m| out.push(m));
    }

    /// Follows every way through the groups. `done` is told where the modifiers stood at the end of the pattern,
    /// `wanted` each modifier that could have come right after all of `mods`.
    fn walk(
        &self,
        group: usize,
        at: usize,
        mods: &[Mod],
        done: &mut dyn FnMut(usize, ()),
        wanted: &mut dyn FnMut(Mod),
    ) {
        let Some(g) = self.groups.get(group) else {
            done(at, ());
            return;
        };
        let mut ends = vec![at];
        for choice in &g.choices {
            let mut after = Vec::new();
            for &start in &ends {
                for alternative in choice {
                    let here = mods.get(start..).unwrap_or(&[]);
                    if here.starts_with(alternative) {
                        after.push(start + alternative.len());
                    } else if alternative.starts_with(here)
                        && let Some(m) = alternative.get(here.len())
                    {
                        wanted(*m);
                    }
                }
            }
            after.sort_unstable();
            after.dedup();
            ends = after;
        }
        if g.optional && !ends.contains(&at) {
            ends.push(at);
        }
        for end in ends {
            self.walk(group + 1, end, mods, done, wanted);
        }
    }

    /// Do the modifiers fit when words may stand anywhere and types keep their order?
    pub(super) fn takes_in_any_order(&self, mods: &[Mod]) -> bool {
        self.assign(0, 0, &mut mods.iter().map(|m| Some(*m)).collect())
    }

    fn assign(&self, group: usize, choice: usize, left: &mut Vec<Option<Mod>>) -> bool {
        let Some(g) = self.groups.get(group) else { return left.iter().all(Option::is_none) };
        let Some(c) = g.choices.get(choice) else { return self.assign(group + 1, 0, left) };
        for alternative in c {
            let saved = left.clone();
            if alternative.iter().all(|m| take(left, *m)) && self.assign(group, choice + 1, left) {
                return true;
            }
            *left = saved;
        }
        choice == 0 && g.optional && self.assign(group + 1, 0, left)
    }

    /// Do the operands fit?
    pub(super) fn takes_operands(&self, shapes: &[Shape]) -> bool {
        self.open || fits(&self.places, shapes)
    }

    /// Every combination of modifiers, at most `limit`.
    pub(super) fn expand(&self, limit: usize) -> Vec<Vec<Mod>> {
        let mut out = vec![Vec::new()];
        for g in &self.groups {
            let mut next: Vec<Vec<Mod>> = if g.optional { out.clone() } else { Vec::new() };
            let mut with = out;
            for choice in &g.choices {
                let longer = |base: &Vec<Mod>, a: &Vec<Mod>| base.iter().chain(a).copied().collect();
                with =
                    with.iter().flat_map(|b| choice.iter().map(move |a| longer(b, a))).take(limit).collect();
            }
            next.extend(with);
            next.truncate(limit);
            out = next;
        }
        out
    }

    /// Modifiers that occur in the form.
    #[cfg(test)]
    pub(super) fn all_mods(&self) -> impl Iterator<Item = Mod> + '_ {
        self.groups.iter().flat_map(|g| g.choices.iter().flatten().flatten().copied())
    }
}

/// Takes `m` out of what is left; a type only when no other type stands before it.
fn take(left: &mut [Option<Mod>], m: Mod) -> bool {
    let is_type = matches!(m, Mod::Type(_));
    for slot in left.iter_mut() {
        match slot {
            Some(found) if *found == m => {
                *slot = None;
                return true;
            }
            Some(Mod::Type(_)) if is_type => return false,
            _ => {}
        }
    }
    false
}

fn sequence(text: &str) -> Result<Vec<Mod>, String> {
    let words = text.strip_prefix('.').ok_or_else(|| format!("`{text}` does not begin with a dot"))?;
    words.split('.').map(|w| Mod::parse(w).ok_or_else(|| format!("`.{w}` is not a word"))).collect()
}

fn groups(mut text: &str, classes: &[(&str, Choice)]) -> Result<Vec<Group>, String> {
    let mut out = Vec::new();
    while !text.is_empty() {
        let (optional, inner, rest) = match text.strip_prefix('{') {
            Some(t) => {
                let (inner, rest) = t.split_once('}').ok_or("a brace is not closed")?;
                (true, inner, rest)
            }
            None => {
                let end = text.find('{').unwrap_or(text.len());
                let (inner, rest) = text.split_at(end);
                (false, inner, rest)
            }
        };
        let words = inner.strip_prefix('.').ok_or_else(|| format!("`{inner}` does not begin with a dot"))?;
        let mut choices = Vec::new();
        for w in words.split('.') {
            match classes.iter().find(|(name, _)| *name == w) {
                Some((_, choice)) => choices.push(choice.clone()),
                None => choices.push(vec![sequence(&format!(".{w}"))?]),
            }
        }
        out.push(Group { optional, choices });
        text = rest;
    }
    Ok(out)
}

/// `d{|p}, [a, c]{, {!}b}` to places.
fn places(text: &str) -> Vec<Place> {
    let mut out = Vec::new();
    let mut brackets = 0;
    let mut here = String::new();
    let mut optional = false;
    let mut flush = |here: &mut String, optional: bool| {
        let t = here.trim().trim_matches(['{', '}']);
        if !t.is_empty() {
            out.push(Place {
                optional,
                address: t.starts_with('['),
                pair: t.contains('|'),
                pair_needed: t.contains('|') && !t.contains("{|"),
            });
        }
        here.clear();
    };
    for (i, c) in text.char_indices() {
        match c {
            '[' => brackets += 1,
            ']' => brackets -= 1,
            ',' if brackets == 0 => {
                // `a{, b}`: the comma belongs to what follows.
                let next_optional = here.ends_with('{');
                flush(&mut here, optional);
                optional = next_optional;
                let _ = i;
                continue;
            }
            _ => {}
        }
        here.push(c);
    }
    flush(&mut here, optional);
    out
}

fn fits(places: &[Place], shapes: &[Shape]) -> bool {
    let Some((place, rest)) = places.split_first() else { return shapes.is_empty() };
    if let Some((shape, after)) = shapes.split_first() {
        let good = match shape {
            Shape::Address => place.address,
            Shape::Pair => place.pair,
            Shape::Value => !place.address && !place.pair_needed,
        };
        if good && fits(rest, after) {
            return true;
        }
    }
    place.optional && fits(rest, shapes)
}
