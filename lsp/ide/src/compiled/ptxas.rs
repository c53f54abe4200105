//! What `ptxas -v` says of each kernel: the registers and spills of the device's real compiler.
//!
//! The form is the one NVIDIA documents for `--verbose` ("CUDA Compiler Driver NVCC", "Printing Code Generation
//! Statistics"): for each entry a line `Compiling entry function 'NAME' for 'ARCH'`, one with stack frame and spills,
//! one that begins with `Used N registers`. Lines of another form are skipped.

/// What the assembler gave one kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// The kernel's name in the PTX.
    pub symbol: String,
    /// What it was assembled for: `sm_80`.
    pub arch: String,
    /// Registers a thread.
    pub registers: u32,
    /// Bytes of stack a thread: local arrays, spills included.
    pub stack: u64,
    /// Bytes of registers a thread stores to local memory for want of room.
    pub spill_stores: u64,
    /// Bytes it loads back.
    pub spill_loads: u64,
}

/// Read what ptxas wrote to its standard error.
pub fn parse(text: &str) -> Vec<Allocation> {
    let mut out: Vec<Allocation> = Vec::new();
    // `Function properties` are those of the entry only when they name it: functions that are called have their own.
    let mut of_entry = false;
    for line in text.lines() {
        if let Some(rest) = after(line, "Compiling entry function '") {
            let mut quoted = rest.split('\'');
            let symbol = quoted.next().unwrap_or_default().to_owned();
            let arch = quoted.nth(1).unwrap_or_default().to_owned();
            out.push(Allocation { symbol, arch, ..Allocation::default() });
            of_entry = false;
            continue;
        }
        let Some(last) = out.last_mut() else { continue };
        if let Some(rest) = after(line, "Function properties for ") {
            of_entry = rest.trim() == last.symbol;
        } else if line.contains("bytes stack frame") && of_entry {
            last.stack = number_before(line, "bytes stack frame").unwrap_or(0);
            last.spill_stores = number_before(line, "bytes spill stores").unwrap_or(0);
            last.spill_loads = number_before(line, "bytes spill loads").unwrap_or(0);
        } else if let Some(rest) = after(line, "Used ") {
            let registers = rest.split_once(" registers").and_then(|(n, _)| n.trim().parse().ok());
            last.registers = registers.unwrap_or(last.registers);
        }
    }
    out.retain(|a| a.registers > 0);
    out
}

fn after<'a>(line: &'a str, words: &str) -> Option<&'a str> {
    line.split_once(words).map(|(_, rest)| rest)
}

fn number_before(line: &str, words: &str) -> Option<u64> {
    line.split_once(words)?.0.rsplit([',', ' ']).find(|w| !w.is_empty())?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_and_spills_are_read_for_each_kernel() {
        let text = "ptxas info    : 0 bytes gmem\n\
            ptxas info    : Compiling entry function '_Z1kPf' for 'sm_80'\n\
            ptxas info    : Function properties for _Z6helperv\n    \
            8 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n\
            ptxas info    : Function properties for _Z1kPf\n    \
            264 bytes stack frame, 12 bytes spill stores, 20 bytes spill loads\n\
            ptxas info    : Used 18 registers, used 0 barriers, 264 bytes cumulative stack size, 360 bytes cmem[0]\n\
            ptxas info    : Compiling entry function 'plain' for 'sm_90'\n\
            ptxas info    : Used 255 registers, 360 bytes cmem[0]\n";
        let list = parse(text);
        let expected = Allocation {
            symbol: "_Z1kPf".into(),
            arch: "sm_80".into(),
            registers: 18,
            stack: 264,
            spill_stores: 12,
            spill_loads: 20,
        };
        assert_eq!(list.first(), Some(&expected));
        assert_eq!(list.get(1).map(|a| (a.registers, a.spill_stores)), Some((255, 0)));
    }

    #[test]
    fn other_text_tells_nothing() {
        assert_eq!(parse("ptxas fatal : Value 'sm_10' is not defined\nUsed many registers\n'''\n"), []);
        assert_eq!(parse("Compiling entry function 'x"), []);
    }
}
