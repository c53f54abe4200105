//! Values as bytes: little-endian, length-prefixed, nothing else.
//!
//! [`Reader`] never reads past its slice and never allocates more than the slice could fill, whatever lengths
//! the bytes claim; a decoded value must use up all its bytes.

/// Bytes that are not the value they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// They end too early.
    Short,
    /// They go on after the value.
    Trailing,
    /// A tag names no variant.
    Tag(u16),
    /// Text is not UTF-8.
    Text,
}

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WireError::Short => write!(f, "the message ends too early"),
            WireError::Trailing => write!(f, "the message is longer than its contents"),
            WireError::Tag(tag) => write!(f, "unknown message tag {tag}"),
            WireError::Text => write!(f, "text in the message is not UTF-8"),
        }
    }
}

impl std::error::Error for WireError {}

/// What is left to read.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], WireError> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or(WireError::Short)?;
        self.rest = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::Short)?;
        self.rest = rest;
        Ok(*head)
    }
}

/// A value that can be written and read back.
pub trait Wire: Sized {
    /// Appends the value.
    fn put(&self, out: &mut Vec<u8>);
    /// Reads a value.
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError>;

    /// The value alone as bytes.
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        self.put(&mut out);
        out
    }

    /// Reads a value that must fill `bytes`.
    fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let value = Self::get(&mut reader)?;
        if reader.rest.is_empty() { Ok(value) } else { Err(WireError::Trailing) }
    }
}

macro_rules! numbers {
    ($($t:ty),*) => {$(
        impl Wire for $t {
            fn put(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(<$t>::from_le_bytes(from.array()?))
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64, i32, i64, f32);

impl Wire for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(u8::get(from)? != 0)
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.as_bytes(), out);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let bytes = get_bytes(from)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| WireError::Text)
    }
}

/// Raw bytes (a `Vec<u8>` would go element by element).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Wire for Bytes {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(&self.0, out);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        get_bytes(from).map(|b| Bytes(b.to_vec()))
    }
}

fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    (bytes.len() as u64).put(out);
    out.extend_from_slice(bytes);
}

fn get_bytes<'a>(from: &mut Reader<'a>) -> Result<&'a [u8], WireError> {
    let length = u64::get(from)?;
    from.take(usize::try_from(length).map_err(|_| WireError::Short)?)
}

impl<T: Wire, const N: usize> Wire for [T; N]
where
    T: Copy + Default,
{
    fn put(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.put(out));
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let mut items = [T::default(); N];
        for item in &mut items {
            *item = T::get(from)?;
        }
        Ok(items)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        self.iter().for_each(|item| item.put(out));
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = u64::get(from)?;
        // Grown as items really arrive: a claimed length allocates nothing.
        let mut items = Vec::new();
        for _ in 0..length {
            items.push(T::get(from)?);
        }
        Ok(items)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        if bool::get(from)? { T::get(from).map(Some) } else { Ok(None) }
    }
}

impl<A: Wire, B: Wire> Wire for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }
    fn get(from: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok((A::get(from)?, B::get(from)?))
    }
}

// `record! { /// Doc. pub struct S { /// Doc. a: u32 } }` is the struct and its `Wire`, field by field.
macro_rules! record {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name { $($(#[$fdoc])* pub $field: $ty),* }

        impl $crate::wire::Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                let _ = &out;
                $($crate::wire::Wire::put(&self.$field, out);)*
            }
            fn get(from: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::WireError> {
                let _ = &from;
                Ok($name { $($field: $crate::wire::Wire::get(from)?),* })
            }
        }
    };
}

// `choice! { /// Doc. pub enum E { /// Doc. A = 1 { /// Doc. x: u32 } } }` is the enum, and its `Wire`: the tag, then
// the fields in order.
macro_rules! choice {
    ($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$vdoc:meta])* $variant:ident = $tag:literal { $($(#[$fdoc:meta])* $field:ident: $ty:ty),* $(,)? }),* $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name { $($(#[$vdoc])* $variant { $($(#[$fdoc])* $field: $ty),* }),* }

        impl $crate::wire::Wire for $name {
            fn put(&self, out: &mut Vec<u8>) {
                match self {
                    $($name::$variant { $($field),* } => {
                        let tag: u16 = $tag;
                        $crate::wire::Wire::put(&tag, out);
                        $($crate::wire::Wire::put($field, out);)*
                    })*
                }
            }
            fn get(from: &mut $crate::wire::Reader<'_>) -> Result<Self, $crate::wire::WireError> {
                match <u16 as $crate::wire::Wire>::get(from)? {
                    $($tag => Ok($name::$variant { $($field: $crate::wire::Wire::get(from)?),* }),)*
                    other => Err($crate::wire::WireError::Tag(other)),
                }
            }
        }
    };
}

pub(crate) use {choice, record};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_length_allocates_nothing() {
        let mut bytes = u64::MAX.to_bytes();
        bytes.extend_from_slice(&[1, 2, 3]);
        assert_eq!(Vec::<u32>::from_bytes(&bytes), Err(WireError::Short));
        assert_eq!(Bytes::from_bytes(&bytes), Err(WireError::Short));
        assert_eq!(String::from_bytes(&bytes), Err(WireError::Short));
    }

    #[test]
    fn a_value_must_use_up_its_bytes() {
        assert_eq!(u32::from_bytes(&[1, 0, 0, 0, 9]), Err(WireError::Trailing));
        assert_eq!(u32::from_bytes(&[1, 0, 0]), Err(WireError::Short));
    }
}
