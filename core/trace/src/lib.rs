//! The trace model: what happened when, on which track, under which name.
//!
//! Times are nanoseconds of a run's virtual clock, counted from its start. A [`Track`] is a line of the timeline: a
//! thread of a program, or a stream of a device. A [`Span`] lies on a track and has an interned name; a span without
//! length is an instant. Knows no formats and no files.

#![forbid(unsafe_code)]

use std::collections::HashMap;

/// Nanoseconds since the start of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// From nanoseconds since the start of the run.
    pub fn from_nanos_since_start(nanos: u64) -> Time {
        Time(nanos)
    }

    /// Nanoseconds since the start of the run.
    pub fn nanos(self) -> u64 {
        self.0
    }
}

/// A program of a run, in the order they connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgramId(pub u32);

/// A line of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Track {
    /// A thread of a program, by the system's number.
    Thread(ProgramId, u32),
    /// A stream of a device of a program; 0 is the default stream.
    Stream(ProgramId, u32, u64),
}

/// What a span stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A call of the API.
    Call,
    /// A kernel.
    Kernel,
    /// A copy.
    Copy,
    /// Memory set to a value.
    Fill,
    /// A range the program marked.
    Range,
    /// An instant the program marked.
    Mark,
}

impl Kind {
    /// Its word in tables and reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Call => "call",
            Kind::Kernel => "kernel",
            Kind::Copy => "copy",
            Kind::Fill => "fill",
            Kind::Range => "range",
            Kind::Mark => "mark",
        }
    }
}

/// Something that took a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where.
    pub track: Track,
    /// What.
    pub kind: Kind,
    /// Its name.
    pub name: StringId,
    /// From.
    pub start: Time,
    /// To.
    pub end: Time,
    /// Bytes it moved.
    pub bytes: u64,
    /// Error code it ended with.
    pub code: i32,
}

/// An interned string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StringId(pub u32);

/// Each text once.
#[derive(Debug, Default)]
pub struct Strings {
    ids: HashMap<Box<str>, StringId>,
    texts: Vec<Box<str>>,
}

impl Strings {
    /// The id of a text.
    pub fn intern(&mut self, text: &str) -> StringId {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = StringId(self.texts.len() as u32);
        self.ids.insert(text.into(), id);
        self.texts.push(text.into());
        id
    }

    /// The text of an id.
    pub fn text(&self, id: StringId) -> Option<&str> {
        self.texts.get(id.0 as usize).map(|text| &**text)
    }

    /// Texts from an id on, with their ids.
    pub fn since(&self, first: StringId) -> impl Iterator<Item = (StringId, &str)> {
        let start = first.0 as usize;
        self.texts.iter().enumerate().skip(start).map(|(i, text)| (StringId(i as u32), &**text))
    }

    /// How many there are: the next id.
    pub fn next(&self) -> StringId {
        StringId(self.texts.len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_id() {
        let mut strings = Strings::default();
        let (a, b) = (strings.intern("a"), strings.intern("b"));
        assert_eq!(strings.intern("a"), a);
        assert_eq!((strings.text(a), strings.text(b)), (Some("a"), Some("b")));
        assert_eq!(strings.since(b).collect::<Vec<_>>(), [(b, "b")]);
        assert_eq!(strings.text(StringId(9)), None);
    }
}
