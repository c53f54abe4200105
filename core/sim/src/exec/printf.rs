//! C's `printf` formatting over CUDA's argument buffer: promoted arguments in order, each naturally aligned
//! (CUDA C++ Programming Guide, "Formatted Output").

/// Formats; `read(offset, size)` gives argument bytes, `text(address)` a string. Returns how many arguments were used.
pub(super) fn format(
    format: &[u8],
    out: &mut String,
    read: &mut dyn FnMut(u64, u32) -> Option<u64>,
    text: &dyn Fn(u64) -> Option<Vec<u8>>,
) -> u32 {
    let mut at = 0u64;
    let mut count = 0;
    let mut next = |size: u32| {
        at = at.next_multiple_of(size as u64);
        let v = read(at, size).unwrap_or(0);
        at += size as u64;
        count += 1;
        v
    };
    let mut bytes = format.iter().copied().peekable();
    let mut literal = Vec::new();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            literal.push(b);
            continue;
        }
        out.push_str(&String::from_utf8_lossy(&std::mem::take(&mut literal)));
        let mut spec = Spec::default();
        while let Some(&f) = bytes.peek() {
            match f {
                b'-' => spec.left = true,
                b'+' => spec.plus = true,
                b' ' => spec.space = true,
                b'#' => spec.alternate = true,
                b'0' => spec.zero = true,
                _ => break,
            }
            bytes.next();
        }
        let number = |bytes: &mut std::iter::Peekable<_>, next: &mut dyn FnMut(u32) -> u64| -> Option<i32> {
            let bytes: &mut std::iter::Peekable<std::iter::Copied<std::slice::Iter<'_, u8>>> = bytes;
            if bytes.peek() == Some(&b'*') {
                bytes.next();
                return Some(next(4) as i32);
            }
            let mut n = None;
            while let Some(d) = bytes.peek().filter(|d| d.is_ascii_digit()) {
                n = Some(n.unwrap_or(0i32).saturating_mul(10).saturating_add((d - b'0') as i32));
                bytes.next();
            }
            n
        };
        if let Some(w) = number(&mut bytes, &mut next) {
            spec.left |= w < 0;
            spec.width = w.unsigned_abs().min(4096) as usize;
        }
        if bytes.peek() == Some(&b'.') {
            bytes.next();
            let p = number(&mut bytes, &mut next).unwrap_or(0);
            spec.precision = (p >= 0).then_some(p.min(512) as usize);
        }
        let mut long = 0;
        while let Some(&l) = bytes.peek() {
            match l {
                b'l' => long += 1,
                b'z' | b'j' | b't' => long = 2,
                b'h' => long -= 1,
                b'L' => {}
                _ => break,
            }
            bytes.next();
        }
        let size = if long > 0 { 8 } else { 4 };
        let narrow = |v: u64| match long {
            -2 => v as u8 as u64,
            -1 => v as u16 as u64,
            0 => v as u32 as u64,
            _ => v,
        };
        let body = match bytes.next() {
            Some(b'd' | b'i') => {
                let v = next(size);
                let v = match long {
                    -2 => v as i8 as i64,
                    -1 => v as i16 as i64,
                    0 => v as i32 as i64,
                    _ => v as i64,
                };
                spec.integer(v.unsigned_abs().to_string(), if v < 0 { "-" } else { spec.sign() })
            }
            Some(b'u') => spec.integer(narrow(next(size)).to_string(), ""),
            Some(b'x') => {
                let v = narrow(next(size));
                spec.integer(format!("{v:x}"), if spec.alternate && v != 0 { "0x" } else { "" })
            }
            Some(b'X') => {
                let v = narrow(next(size));
                spec.integer(format!("{v:X}"), if spec.alternate && v != 0 { "0X" } else { "" })
            }
            Some(b'o') => {
                let v = narrow(next(size));
                spec.integer(format!("{v:o}"), if spec.alternate && v != 0 { "0" } else { "" })
            }
            Some(b'c') => spec.pad(String::from_utf8_lossy(&[next(4) as u8]).into_owned()),
            Some(b'p') => {
                let v = next(8);
                spec.pad(if v == 0 { "(nil)".into() } else { format!("{v:#x}") })
            }
            Some(b's') => {
                let address = next(8);
                let mut t = if address == 0 { b"(null)".to_vec() } else { text(address).unwrap_or_default() };
                t.truncate(spec.precision.unwrap_or(usize::MAX));
                spec.pad(String::from_utf8_lossy(&t).into_owned())
            }
            Some(c @ (b'f' | b'F' | b'e' | b'E' | b'g' | b'G' | b'a' | b'A')) => {
                spec.float(f64::from_bits(next(8)), c)
            }
            Some(b'%') => "%".into(),
            // An unknown conversion is printed as it stands.
            Some(c) => format!("%{}", c as char),
            None => "%".into(),
        };
        out.push_str(&body);
    }
    out.push_str(&String::from_utf8_lossy(&literal));
    count
}

#[derive(Clone, Copy, Default)]
struct Spec {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

impl Spec {
    fn sign(&self) -> &'static str {
        match (self.plus, self.space) {
            (true, _) => "+",
            (_, true) => " ",
            _ => "",
        }
    }

    fn pad(&self, s: String) -> String {
        let fill = " ".repeat(self.width.saturating_sub(s.chars().count()));
        if self.left { s + &fill } else { fill + &s }
    }

    fn pad_number(&self, sign: &str, digits: String, zero: bool) -> String {
        let len = sign.len() + digits.len();
        if zero && !self.left && len < self.width {
            return format!("{sign}{}{digits}", "0".repeat(self.width - len));
        }
        self.pad(format!("{sign}{digits}"))
    }

    fn integer(&self, digits: String, sign: &str) -> String {
        let mut digits = digits;
        if let Some(p) = self.precision {
            if p == 0 && digits == "0" {
                digits.clear();
            }
            digits = "0".repeat(p.saturating_sub(digits.len())) + &digits;
        }
        self.pad_number(sign, digits, self.zero && self.precision.is_none())
    }

    fn float(&self, v: f64, conversion: u8) -> String {
        let sign = if v.is_sign_negative() { "-" } else { self.sign() };
        let upper = conversion.is_ascii_uppercase();
        let v = v.abs();
        if !v.is_finite() {
            let name = if v.is_nan() { "nan" } else { "inf" };
            let name = if upper { name.to_uppercase() } else { name.to_owned() };
            return self.pad_number(sign, name, false);
        }
        let p = self.precision.unwrap_or(6);
        let mut digits = match conversion.to_ascii_lowercase() {
            b'f' => fixed(v, p, self.alternate),
            b'e' => exponent(v, p, self.alternate),
            b'a' => hexadecimal(v, self.precision),
            _ => {
                let p = p.max(1);
                let exp: i32 =
                    format!("{v:.*e}", p - 1).rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0);
                let text = if exp < -4 || exp >= p as i32 {
                    exponent(v, p - 1, self.alternate)
                } else {
                    fixed(v, (p as i32 - 1 - exp) as usize, self.alternate)
                };
                if self.alternate { text } else { trim_zeros(&text) }
            }
        };
        if upper {
            digits = digits.to_uppercase();
        }
        self.pad_number(sign, digits, self.zero)
    }
}

fn fixed(v: f64, precision: usize, point: bool) -> String {
    let s = format!("{v:.precision$}");
    if precision == 0 && point { s + "." } else { s }
}

fn exponent(v: f64, precision: usize, point: bool) -> String {
    let s = format!("{v:.precision$e}");
    let (mantissa, exp) = s.split_once('e').unwrap_or((&s, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    let dot = if precision == 0 && point { "." } else { "" };
    format!("{mantissa}{dot}e{}{:02}", if exp < 0 { '-' } else { '+' }, exp.abs())
}

fn trim_zeros(s: &str) -> String {
    let (mantissa, exp) = match s.find('e') {
        Some(i) => s.split_at(i),
        None => (s, ""),
    };
    if !mantissa.contains('.') {
        return s.to_owned();
    }
    format!("{}{exp}", mantissa.trim_end_matches('0').trim_end_matches('.'))
}

fn hexadecimal(v: f64, precision: Option<usize>) -> String {
    if v == 0.0 {
        return "0x0p+0".into();
    }
    let bits = v.to_bits();
    let (mut exp, mut fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let mut lead = 1u64;
    if exp == 0 {
        lead = 0;
        exp = 1;
    }
    if let Some(p) = precision.filter(|&p| p < 13) {
        let drop = 52 - 4 * p as u32;
        let all = (lead << 52) | fraction;
        let half = 1u64 << (drop - 1);
        let rest = all & ((1 << drop) - 1);
        let mut kept = all >> drop;
        if rest > half || rest == half && kept & 1 == 1 {
            kept += 1;
        }
        let all = kept << drop;
        (lead, fraction) = (all >> 52, all & ((1 << 52) - 1));
    }
    let digits = format!("{fraction:013x}");
    let digits = match precision {
        Some(p) => format!("{digits:0<p$}")[..p].to_owned(),
        None => digits.trim_end_matches('0').to_owned(),
    };
    let dot = if digits.is_empty() { "" } else { "." };
    format!("0x{lead}{dot}{digits}p{:+}", exp - 1023)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(f: &str, args: &[u64]) -> String {
        // All arguments as 8 bytes apart; 4-byte reads take the low half.
        let mut out = String::new();
        let mut k = 0;
        format(
            f.as_bytes(),
            &mut out,
            &mut |_, _| {
                k += 1;
                args.get(k - 1).copied()
            },
            &|_| Some(b"text".to_vec()),
        );
        out
    }

    #[test]
    fn conversions_follow_c() {
        assert_eq!(print("%d|%5d|%-5d|%05d|%+d", &[u64::MAX, 42, 42, 42, 7]), "-1|   42|42   |00042|+7");
        assert_eq!(print("%x %#X %o %u %%", &[255, 255, 8, u64::MAX]), "ff 0XFF 10 4294967295 %");
        assert_eq!(print("%lld %llx", &[u64::MAX, u64::MAX]), "-1 ffffffffffffffff");
        assert_eq!(print("%c%c %s %.2s", &[72, 105, 1, 1]), "Hi text te");
        let f = |v: f64| v.to_bits();
        assert_eq!(
            print("%f %.2f %8.3f|%-8.1f|", &[f(1.5), f(2.675), f(-1.0), f(3.25)]),
            "1.500000 2.67   -1.000|3.2     |"
        );
        assert_eq!(print("%e %.0e %E", &[f(12345.678), f(2.5), f(1e-10)]), "1.234568e+04 2e+00 1.000000E-10");
        assert_eq!(
            print("%g %g %g %g %G", &[f(0.0001), f(1e-5), f(123456.0), f(1234567.0), f(1e20)]),
            "0.0001 1e-05 123456 1.23457e+06 1E+20"
        );
        assert_eq!(print("%a %.1a", &[f(1.0), f(1.97)]), "0x1p+0 0x2.0p+0");
        assert_eq!(print("%f %F", &[f(f64::NAN), f(f64::NEG_INFINITY)]), "nan -INF");
        assert_eq!(print("%5", &[]), "%");
    }
}
