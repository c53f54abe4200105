//! MessagePack, as much as MTGPU notes need: a decoder into borrowed values, bounded in depth and in nodes.
//!
//! Written here rather than taken from a crate because it is a hundred lines without serde. Specification:
//! msgpack.org, "spec.md". Extension types are read and dropped to [`Value::Nil`].

/// Why a note is not MessagePack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MsgPackError {
    /// It ends within a value.
    #[error("cut short at byte {0}")]
    Truncated(usize),
    /// The byte 0xc1, which the format never uses.
    #[error("no MessagePack at byte {0}")]
    Reserved(usize),
    /// A string that is not UTF-8.
    #[error("text at byte {0} is not UTF-8")]
    Text(usize),
    /// Deeper than any note.
    #[error("values nested too deeply at byte {0}")]
    Depth(usize),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    /// Beyond `i64`.
    UInt(u64),
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    Array(Vec<Value<'a>>),
    Map(Vec<(Value<'a>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The value under a text key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        let Value::Map(pairs) = self else { return None };
        pairs.iter().find(|(k, _)| matches!(k, Value::Text(text) if *text == key)).map(|(_, v)| v)
    }

    /// A number that is not negative.
    pub(crate) fn as_u64(&self) -> Option<u64> {
        match *self {
            Value::Int(i) => u64::try_from(i).ok(),
            Value::UInt(u) => Some(u),
            Value::Bool(b) => Some(b.into()),
            _ => None,
        }
    }

    /// Text.
    pub(crate) fn as_str(&self) -> Option<&'a str> {
        match *self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of an array; none for anything else.
    pub(crate) fn items(&self) -> &[Value<'a>] {
        match self {
            Value::Array(items) => items,
            _ => &[],
        }
    }
}

const MAX_DEPTH: usize = 32;

struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// Decodes the value at the start of `bytes`.
pub(crate) fn decode(bytes: &[u8]) -> Result<Value<'_>, MsgPackError> {
    Decoder { bytes, at: 0 }.value(0)
}

impl<'a> Decoder<'a> {
    fn take(&mut self, size: usize) -> Result<&'a [u8], MsgPackError> {
        let end = self.at.checked_add(size).ok_or(MsgPackError::Truncated(self.at))?;
        let taken = self.bytes.get(self.at..end).ok_or(MsgPackError::Truncated(self.at))?;
        self.at = end;
        Ok(taken)
    }

    /// A big-endian number of `size` bytes, 8 at most.
    fn number(&mut self, size: usize) -> Result<u64, MsgPackError> {
        Ok(self.take(size)?.iter().fold(0, |n, &b| n << 8 | u64::from(b)))
    }

    fn length(&mut self, size: usize) -> Result<usize, MsgPackError> {
        let at = self.at;
        usize::try_from(self.number(size)?).map_err(|_| MsgPackError::Truncated(at))
    }

    fn text(&mut self, size: usize) -> Result<Value<'a>, MsgPackError> {
        let at = self.at;
        std::str::from_utf8(self.take(size)?).map(Value::Text).map_err(|_| MsgPackError::Text(at))
    }

    // Every item takes at least one byte, so the input bounds both loops; nothing is reserved ahead.
    fn array(&mut self, count: usize, depth: usize) -> Result<Value<'a>, MsgPackError> {
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, count: usize, depth: usize) -> Result<Value<'a>, MsgPackError> {
        let mut pairs = Vec::new();
        for _ in 0..count {
            pairs.push((self.value(depth + 1)?, self.value(depth + 1)?));
        }
        Ok(Value::Map(pairs))
    }

    fn extension(&mut self, size: usize) -> Result<Value<'a>, MsgPackError> {
        self.take(1)?;
        self.take(size)?;
        Ok(Value::Nil)
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, MsgPackError> {
        let at = self.at;
        if depth > MAX_DEPTH {
            return Err(MsgPackError::Depth(at));
        }
        let tag = self.number(1)? as u8;
        let low = usize::from(tag);
        Ok(match tag {
            0x00..=0x7f => Value::Int(tag.into()),
            0x80..=0x8f => return self.map(low & 0xf, depth),
            0x90..=0x9f => return self.array(low & 0xf, depth),
            0xa0..=0xbf => return self.text(low & 0x1f),
            0xc0 => Value::Nil,
            0xc1 => return Err(MsgPackError::Reserved(at)),
            0xc2 | 0xc3 => Value::Bool(tag == 0xc3),
            0xc4..=0xc6 => {
                let size = self.length(1 << (tag - 0xc4))?;
                Value::Bytes(self.take(size)?)
            }
            0xc7..=0xc9 => {
                let size = self.length(1 << (tag - 0xc7))?;
                return self.extension(size);
            }
            0xca => Value::Float(f32::from_bits(self.number(4)? as u32).into()),
            0xcb => Value::Float(f64::from_bits(self.number(8)?)),
            0xcc..=0xcf => {
                let number = self.number(1 << (tag - 0xcc))?;
                i64::try_from(number).map_or(Value::UInt(number), Value::Int)
            }
            0xd0 => Value::Int((self.number(1)? as i8).into()),
            0xd1 => Value::Int((self.number(2)? as i16).into()),
            0xd2 => Value::Int((self.number(4)? as i32).into()),
            0xd3 => Value::Int(self.number(8)? as i64),
            0xd4..=0xd8 => return self.extension(1 << (tag - 0xd4)),
            0xd9..=0xdb => {
                let size = self.length(1 << (tag - 0xd9))?;
                return self.text(size);
            }
            0xdc | 0xdd => {
                let count = self.length(2 << (tag - 0xdc))?;
                return self.array(count, depth);
            }
            0xde | 0xdf => {
                let count = self.length(2 << (tag - 0xde))?;
                return self.map(count, depth);
            }
            0xe0..=0xff => Value::Int((tag as i8).into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_kind_of_value_decodes() {
        let cases: &[(&[u8], Value<'_>)] = &[
            (&[0x05], Value::Int(5)),
            (&[0xff], Value::Int(-1)),
            (&[0xcd, 0x01, 0x00], Value::Int(256)),
            (&[0xd1, 0xff, 0x00], Value::Int(-256)),
            (&[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Value::UInt(u64::MAX)),
            (&[0xa2, b'h', b'i'], Value::Text("hi")),
            (&[0xd9, 1, b'x'], Value::Text("x")),
            (&[0xc3], Value::Bool(true)),
            (&[0xca, 0x3f, 0x80, 0, 0], Value::Float(1.0)),
            (&[0x92, 1, 0xc0], Value::Array(vec![Value::Int(1), Value::Nil])),
            (&[0xdc, 0, 1, 7], Value::Array(vec![Value::Int(7)])),
            (&[0x81, 0xa1, b'k', 2], Value::Map(vec![(Value::Text("k"), Value::Int(2))])),
            (&[0xde, 0, 0], Value::Map(vec![])),
            (&[0xc4, 1, 9], Value::Bytes(&[9])),
            (&[0xd5, 1, 2, 3], Value::Nil),
        ];
        for (bytes, value) in cases {
            assert_eq!(decode(bytes).as_ref(), Ok(value), "{bytes:02x?}");
            for cut in 0..bytes.len() {
                assert!(decode(&bytes[..cut]).is_err(), "{bytes:02x?} cut at {cut}");
            }
        }
    }

    #[test]
    fn hostile_lengths_and_depths_are_refused() {
        assert_eq!(decode(&[0xdd, 0xff, 0xff, 0xff, 0xff]), Err(MsgPackError::Truncated(5)));
        assert_eq!(decode(&[0xdb, 0xff, 0xff, 0xff, 0xff, b'x']), Err(MsgPackError::Truncated(5)));
        assert_eq!(decode(&[0x91; 100_000]), Err(MsgPackError::Depth(33)));
        assert_eq!(decode(&[0xc1]), Err(MsgPackError::Reserved(0)));
        assert_eq!(decode(&[0xa1, 0xff]), Err(MsgPackError::Text(1)));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}
