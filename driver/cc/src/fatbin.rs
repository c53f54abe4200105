//! What the host object carries: PTX text, alone with a closing zero, or several in a fatbin container.
//!
//! The container is a header {magic 0xBA55ED50, version 1, header size 16, body size} and, for each architecture, an
//! entry {kind 1 for PTX, header size 0x40, payload size, ..., architecture at 0x1C}, payloads padded to 8 bytes.

const MAGIC: u32 = 0xBA55_ED50;
const HEADER: u16 = 16;
const ENTRY_HEADER: usize = 0x40;

/// The bytes to embed for PTX made for each of some architectures (by number, 80 for `sm_80`).
pub(crate) fn image(ptx: &[(u32, String)]) -> Vec<u8> {
    match ptx {
        [(_, text)] => terminated(text),
        many => container(many),
    }
}

/// A container, whatever the number of entries.
pub(crate) fn container(ptx: &[(u32, String)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (arch, text) in ptx {
        let mut payload = terminated(text);
        payload.resize(payload.len().next_multiple_of(8), 0);
        let mut header = [0u8; ENTRY_HEADER];
        header[0..2].copy_from_slice(&1u16.to_le_bytes());
        header[2..4].copy_from_slice(&0x0101u16.to_le_bytes());
        header[4..8].copy_from_slice(&(ENTRY_HEADER as u32).to_le_bytes());
        header[8..16].copy_from_slice(&(payload.len() as u64).to_le_bytes());
        header[0x1c..0x20].copy_from_slice(&arch.to_le_bytes());
        body.extend_from_slice(&header);
        body.extend_from_slice(&payload);
    }
    let mut out = Vec::with_capacity(body.len() + usize::from(HEADER));
    out.extend_from_slice(&MAGIC.to_le_bytes());
    out.extend_from_slice(&1u16.to_le_bytes());
    out.extend_from_slice(&HEADER.to_le_bytes());
    out.extend_from_slice(&(body.len() as u64).to_le_bytes());
    out.extend_from_slice(&body);
    out
}

fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_architecture_is_plain_text_with_a_closing_zero() {
        assert_eq!(image(&[(80, ".version 7.8".into())]), b".version 7.8\0");
    }

    #[test]
    fn two_architectures_make_a_container_whose_sizes_add_up() {
        let bytes = image(&[(70, "abc".into()), (80, "defghijkl".into())]);
        assert_eq!(bytes[0..4], MAGIC.to_le_bytes());
        let body = u64::from_le_bytes(bytes[8..16].try_into().expect("eight bytes")) as usize;
        assert_eq!(bytes.len(), 16 + body);
        assert_eq!(bytes[16 + 0x1c], 70);
        let second = 16 + ENTRY_HEADER + 8;
        assert_eq!(bytes[second + 0x1c], 80);
        assert_eq!(&bytes[second + ENTRY_HEADER..][..10], b"defghijkl\0");
    }
}
