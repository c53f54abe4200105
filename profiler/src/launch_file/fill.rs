//! First contents of buffers as bytes. The random numbers are defined in `docs/launch-file.md` and frozen.

use super::element::{Element, Number};
use super::{Buffer, Fill};

/// Bytes of a buffer; `Err` says what is wrong in one sentence.
///
/// `file` holds the contents for [`Fill::File`]; `symbol_bytes` the size of the variable for a buffer with a symbol.
pub fn size(buffer: &Buffer, file: Option<&[u8]>, symbol_bytes: Option<u64>) -> Result<usize, String> {
    let size = buffer.element.size();
    let len = match (&buffer.fill, buffer.len) {
        (_, Some(len)) => usize::try_from(len).map_err(|_| "too large for this machine".to_owned())?,
        (Fill::Values(values), None) => values.len(),
        (Fill::File(path), None) => {
            let bytes = file.map_or(0, <[u8]>::len);
            if bytes == 0 || !bytes.is_multiple_of(size) {
                let ty = buffer.element.name();
                return Err(format!("{} has {bytes} bytes, not a multiple of {ty}'s {size}", path.display()));
            }
            bytes / size
        }
        (_, None) => symbol_bytes.map_or(0, |b| (b / size as u64) as usize),
    };
    let total = len.checked_mul(size).ok_or("too large for this machine")?;
    if let Some(room) = symbol_bytes.filter(|&room| total as u64 > room) {
        let symbol = buffer.symbol.as_deref().unwrap_or_default();
        return Err(format!("it has {total} bytes and the variable `{symbol}` {room}"));
    }
    Ok(total)
}

/// The contents of a buffer of `total` bytes, as [`size`] gives them.
pub fn contents(buffer: &Buffer, file: Option<&[u8]>, total: usize) -> Result<Vec<u8>, String> {
    let len = total / buffer.element.size();
    let mut out = Vec::new();
    out.try_reserve_exact(total).map_err(|_| format!("{total} bytes do not fit in this machine's memory"))?;
    match &buffer.fill {
        Fill::Zero => out.resize(total, 0),
        Fill::File(path) => {
            let bytes = file.unwrap_or_default();
            let Some(part) = bytes.get(..total) else {
                return Err(format!("{} has {} bytes, {total} are needed", path.display(), bytes.len()));
            };
            out.extend_from_slice(part);
        }
        Fill::Constant(value) => repeat(buffer.element, std::slice::from_ref(value), len, &mut out)?,
        Fill::Values(values) => repeat(buffer.element, values, len, &mut out)?,
        Fill::Iota { start, step, modulo } => {
            for i in 0..len as u64 {
                let i = modulo.map_or(i, |m| i % m.max(1));
                buffer.element.encode(iota(*start, *step, i), &mut out)?;
            }
        }
        Fill::Random { seed, min, max } => {
            let seed = seed.unwrap_or_else(|| fnv1a(&buffer.name));
            let (low, high) = random_range(buffer.element, *min, *max);
            for i in 0..len as u64 {
                buffer.element.encode(random(seed, i, low, high), &mut out)?;
            }
        }
    }
    Ok(out)
}

fn repeat(element: Element, values: &[Number], len: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let mut unit = Vec::new();
    for &value in values.iter().take(len) {
        element.encode(value, &mut unit)?;
    }
    let total = len * element.size();
    while out.len() < total {
        let part = unit.len().min(total - out.len());
        out.extend_from_slice(unit.get(..part).unwrap_or_default());
    }
    Ok(())
}

fn iota(start: Number, step: Number, i: u64) -> Number {
    match (start, step) {
        (Number::Int(a), Number::Int(b)) => Number::Int(a.saturating_add(b.saturating_mul(i.into()))),
        _ => Number::Float(start.as_f64() + step.as_f64() * i as f64),
    }
}

/// Range of random elements of a type, with the defaults for what is not given.
pub fn random_range(element: Element, min: Option<Number>, max: Option<Number>) -> (Number, Number) {
    if element.is_float() {
        let part = |n: Option<Number>, default| Number::Float(n.map_or(default, Number::as_f64));
        return (part(min, -1.0), part(max, 1.0));
    }
    (min.unwrap_or(Number::Int(0)), max.unwrap_or(Number::Int(100)))
}

fn random(seed: u64, i: u64, low: Number, high: Number) -> Number {
    let x = mix(seed.wrapping_add(i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    match (low, high) {
        (Number::Int(low), Number::Int(high)) => {
            // At most 2^64 values times a 64-bit word: fits in 128 bits.
            let span = (high - low + 1) as u128;
            Number::Int(low + ((u128::from(x) * span) >> 64) as i128)
        }
        _ => {
            let unit = (x >> 11) as f64 / (1_u64 << 53) as f64;
            Number::Float(low.as_f64() + (high.as_f64() - low.as_f64()) * unit)
        }
    }
}

// The output function of SplitMix64 (Steele, Lea, Flood 2014; public domain reference by Vigna).
fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(element: Element, len: u64, fill: Fill) -> Buffer {
        Buffer { name: "in".into(), line: 1, element, len: Some(len), fill, symbol: None }
    }

    fn made(b: &Buffer, file: Option<&[u8]>) -> Result<Vec<u8>, String> {
        contents(b, file, size(b, file, None)?)
    }

    fn numbers(b: &Buffer) -> Vec<Number> {
        made(b, None).unwrap().chunks(b.element.size()).map(|c| b.element.decode(c)).collect()
    }

    fn ints(b: &Buffer) -> Vec<i128> {
        numbers(b).iter().map(|n| n.as_f64() as i128).collect()
    }

    #[test]
    fn the_generator_is_splitmix64() {
        // First outputs of the reference implementation for seed 1234567.
        let words: Vec<u64> = (1..=5_u64)
            .map(|i| mix(1_234_567_u64.wrapping_add(i.wrapping_mul(0x9E37_79B9_7F4A_7C15))))
            .collect();
        let reference = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(words, reference);
    }

    #[test]
    fn random_numbers_are_frozen() {
        let fill = Fill::Random { seed: Some(1), min: None, max: None };
        let floats = numbers(&buffer(Element::F32, 3, fill.clone()));
        let exact: Vec<u32> = floats.iter().map(|n| (n.as_f64() as f32).to_bits()).collect();
        // Worked out from the formula in docs/launch-file.md by another program.
        assert_eq!(exact, [0x3e08_516f, 0x3efb_ae37, 0x3f71_2746]);
        let whole = ints(&buffer(Element::Signed(4), 2000, fill));
        assert!(whole.iter().all(|v| (0..=100).contains(v)));
        assert!(whole.contains(&0) && whole.contains(&100), "both ends occur");
    }

    #[test]
    fn buffers_without_a_seed_differ_by_name() {
        let fill = Fill::Random { seed: None, min: None, max: None };
        let a = buffer(Element::F32, 4, fill);
        let b = Buffer { name: "out".into(), ..a.clone() };
        assert_ne!(numbers(&a), numbers(&b));
    }

    #[test]
    fn the_whole_range_of_64_bit_integers_can_be_drawn() {
        let (min, max) = Element::Unsigned(8).integer_range().unwrap();
        let fill = Fill::Random { seed: Some(0), min: Some(Number::Int(min)), max: Some(Number::Int(max)) };
        // With the full range an element is the generator's word itself.
        assert_eq!(
            numbers(&buffer(Element::Unsigned(8), 1, fill)),
            [Number::Int(16_294_208_416_658_607_535)]
        );
    }

    #[test]
    fn iota_counts_and_wraps() {
        let fill = Fill::Iota { start: Number::Int(5), step: Number::Int(-2), modulo: Some(3) };
        assert_eq!(ints(&buffer(Element::Signed(2), 5, fill)), [5, 3, 1, 5, 3]);
    }

    #[test]
    fn values_repeat_to_the_length() {
        let fill = Fill::Values(vec![Number::Int(1), Number::Int(2)]);
        assert_eq!(ints(&buffer(Element::F64, 5, fill)), [1, 2, 1, 2, 1]);
    }

    #[test]
    fn an_iota_that_outgrows_its_type_is_an_error() {
        let fill = Fill::Iota { start: Number::Int(0), step: Number::Int(1), modulo: None };
        let why = made(&buffer(Element::Unsigned(1), 300, fill), None).unwrap_err();
        assert_eq!(why, "256 does not fit in u8 (0 to 255)");
    }

    #[test]
    fn a_short_file_is_an_error() {
        let fill = Fill::File("x.bin".into());
        let why = made(&buffer(Element::F32, 4, fill), Some(&[0; 12])).unwrap_err();
        assert_eq!(why, "x.bin has 12 bytes, 16 are needed");
    }
}
