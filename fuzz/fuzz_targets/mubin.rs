//! Mubins: an ELF file of machine 253 whose one section is a note with the input as its MessagePack.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut note = [6u32, data.len() as u32, 0x40].map(u32::to_le_bytes).concat();
    note.extend(b"MTGPU\0\0\0");
    note.extend(data);
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    file.extend([1, 0, 253, 0, 1, 0, 0, 0]);
    file.extend([0; 16]);
    file.extend((64 + note.len() as u64).to_le_bytes());
    file.extend([0; 4]);
    for half in [64u16, 0, 0, 64, 2, 0] {
        file.extend(half.to_le_bytes());
    }
    file.extend(&note);
    file.extend([0; 64]);
    let mut section = vec![0u8; 64];
    section[4] = 7;
    section[24..32].copy_from_slice(&64u64.to_le_bytes());
    section[32..40].copy_from_slice(&(note.len() as u64).to_le_bytes());
    file.extend(section);
    let image = warplens_image::open(&file).expect("an ELF header");
    assert_eq!(image.root.format, warplens_image::Format::Mubin);
});
