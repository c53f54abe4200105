//! Static libraries: a walk over members.

use object::read::archive::ArchiveFile;

use crate::tree::What;

/// Hands each member's name and bytes to `each`.
pub(crate) fn members<'a>(
    bytes: &'a [u8],
    mut each: impl FnMut(Result<(String, &'a [u8]), What>),
) -> Result<(), What> {
    let bad = |e: object::read::Error| What::Archive(e.to_string());
    let archive = ArchiveFile::parse(bytes).map_err(bad)?;
    if archive.is_thin() {
        return Err(What::ThinArchive);
    }
    for member in archive.members() {
        // After a bad member header there is no way to find the next one.
        let member = member.map_err(bad)?;
        let name = String::from_utf8_lossy(member.name()).into_owned();
        each(member.data(bytes).map(|data| (name, data)).map_err(bad));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{PTX, archive_of, elf_with_section};
    use crate::{Format, open};

    #[test]
    fn members_with_device_code_are_listed_and_others_are_not() {
        let device = elf_with_section(62, ".nv_fatbin", PTX.as_bytes());
        let plain = elf_with_section(62, ".text", b"\x90\x90");
        let image = open(&archive_of(&[("plain.o", &plain), ("device.o", &device), ("notes.txt", b"hello")]))
            .unwrap();
        assert_eq!(image.problems, []);
        let members: Vec<_> = image.root.children.iter().map(|c| (c.format, c.name.as_deref())).collect();
        assert_eq!(members, [(Format::HostElf, Some("device.o"))]);
    }

    #[test]
    fn a_thin_archive_says_where_to_look() {
        let image = open(b"!<thin>\n").unwrap();
        assert!(image.problems[0].to_string().contains("inspect those"), "{:?}", image.problems);
    }
}
