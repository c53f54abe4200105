//! What a program did besides running kernels: API calls, copies, ranges.

/// All of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// By function, those that took longest first.
    pub calls: Vec<CallTotal>,
    /// By direction.
    pub copies: Vec<CopyTotal>,
    /// By name.
    pub ranges: Vec<RangeTotal>,
}

/// Calls of one API function that reached the device. Times are the program's own, plus what it waited for modelled
/// device work.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct CallTotal {
    /// Function.
    pub name: String,
    /// How often.
    pub calls: u64,
    /// How often with an error.
    pub errors: u64,
    /// Nanoseconds in all.
    pub nanos: u64,
}

/// Copies in one direction, or fills. Times are modelled.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct CopyTotal {
    /// Direction.
    pub name: String,
    /// How many.
    pub copies: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// Nanoseconds in all.
    pub nanos: u64,
}

/// Ranges of one name.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct RangeTotal {
    /// Name.
    pub name: String,
    /// How often.
    pub times: u64,
    /// Nanoseconds in all.
    pub nanos: u64,
}

impl CallTotal {
    /// None yet.
    pub fn named(name: &str) -> Self {
        CallTotal { name: name.to_owned(), ..Self::default() }
    }
}

impl CopyTotal {
    /// None yet.
    pub fn named(name: &str) -> Self {
        CopyTotal { name: name.to_owned(), ..Self::default() }
    }
}

impl RangeTotal {
    /// None yet.
    pub fn named(name: &str) -> Self {
        RangeTotal { name: name.to_owned(), ..Self::default() }
    }
}
