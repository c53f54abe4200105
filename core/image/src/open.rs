//! Opening an image: one recursive descent over containers, with a budget for everything that multiplies.
//!
//! Each format's file knows its layout and hands back slices; this file alone recurses, names places for
//! [`Problem`]s and spends the budget.

use crate::identify::{Format, NotAnImage, identify};
use crate::tree::{Arch, Compression, Entry, Image, Problem, What};
use crate::{archive, bundle, cubin, fatbin, host, inflate, mubin, offload_binary};

/// How much work one image may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Bytes that decompression may produce, all entries together.
    pub inflated_bytes: u64,
    /// Containers within containers.
    pub depth: usize,
    /// Entries in all.
    pub entries: usize,
    /// Problems kept; later ones are dropped.
    pub problems: usize,
    /// How often each byte may be visited on average. Containers nest, so each byte is seen a few times; entries
    /// that overlap (which no real file has) would be seen once each.
    pub visits: u64,
}

impl Default for Bounds {
    /// Room for the largest images seen in practice (math libraries of some hundred MB) and little more.
    fn default() -> Bounds {
        Bounds { inflated_bytes: 1 << 30, depth: 8, entries: 200_000, problems: 100, visits: 8 }
    }
}

/// Opens an image under the default [`Bounds`]. Fails only when `bytes` start like no known container.
pub fn open(bytes: &[u8]) -> Result<Image, NotAnImage> {
    open_within(bytes, Bounds::default())
}

/// Opens an image under given bounds.
pub fn open_within(bytes: &[u8], bounds: Bounds) -> Result<Image, NotAnImage> {
    let work = (bytes.len() as u64).saturating_mul(bounds.visits);
    let mut opener = Opener { left: bounds, work, problems: Vec::new(), place: Vec::new() };
    let root = opener.container(bytes, Container::default())?;
    Ok(Image { root, problems: opener.problems })
}

/// What the parent knows about a child before it is opened.
#[derive(Default)]
struct Container {
    name: Option<String>,
    arch: Option<Arch>,
}

struct Opener {
    left: Bounds,
    /// Bytes of containers that may still be visited.
    work: u64,
    problems: Vec<Problem>,
    place: Vec<String>,
}

impl Opener {
    fn problem(&mut self, what: What) {
        if self.problems.len() < self.left.problems {
            self.problems.push(Problem { place: self.place.join(" / "), what });
        }
    }

    /// Opens `bytes` as whatever they are.
    fn container(&mut self, bytes: &[u8], known: Container) -> Result<Entry, NotAnImage> {
        let format = identify(bytes)?;
        let mut entry = Entry::new(format, bytes.len());
        entry.name = known.name;
        entry.arch = known.arch;
        self.place.push(entry.name.clone().unwrap_or_else(|| format.to_string()));
        if self.place.len() > self.left.depth {
            self.problem(What::Bound("too many containers within one another"));
        } else if self.left.entries == 0 {
            self.problem(What::Bound("too many entries"));
        } else if self.work < bytes.len() as u64 {
            self.problem(What::Bound("its entries overlap one another"));
        } else {
            self.left.entries -= 1;
            self.work -= bytes.len() as u64;
            self.fill(&mut entry, bytes);
        }
        self.place.pop();
        Ok(entry)
    }

    fn fill(&mut self, entry: &mut Entry, bytes: &[u8]) {
        let done = match entry.format {
            Format::Ptx => {
                self.ptx(entry, bytes);
                Ok(())
            }
            Format::Cubin => cubin::read(entry, bytes),
            Format::Mubin => mubin::read(entry, bytes),
            Format::Fatbin => self.fatbin(entry, bytes),
            Format::HostElf => self.host(entry, bytes),
            Format::Archive => self.archive(entry, bytes),
            Format::OffloadBundle => self.bundle(entry, bytes),
            Format::CompressedBundle => self.compressed_bundle(entry, bytes),
            Format::OffloadBinary => self.offload_binary(entry, bytes),
        };
        if let Err(what) = done {
            self.problem(what);
        }
    }

    fn ptx(&mut self, entry: &mut Entry, bytes: &[u8]) {
        let end = bytes.iter().rposition(|&b| b != 0).map_or(0, |last| last + 1);
        let bytes = bytes.get(..end).unwrap_or_default();
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                self.problem(What::NotUtf8(error.valid_up_to()));
                String::from_utf8_lossy(bytes).into_owned()
            }
        };
        // The text's own word is more exact than a container's number: `sm_90a`.
        if let Some(target) = ptx_target(&text) {
            entry.arch = Some(Arch(target.to_owned()));
        }
        entry.has_lines = text.contains("\n\t.loc") || text.contains(".loc\t") || text.contains(".loc ");
        entry.has_debug_info = text.contains(".debug_info");
        entry.ptx = Some(text);
    }

    /// Opens a child, or says why it cannot be.
    fn child(&mut self, parent: &mut Entry, bytes: &[u8], known: Container) {
        let name = known.name.clone();
        match self.container(bytes, known) {
            Ok(child) => parent.children.push(child),
            Err(error) => {
                self.place.extend(name.clone());
                self.problem(error.into());
                if name.is_some() {
                    self.place.pop();
                }
            }
        }
    }

    /// Decompresses within the budget.
    fn inflate(&mut self, method: Compression, data: &[u8], declared: u64) -> Option<Vec<u8>> {
        match inflate::inflate(method, data, declared, self.left.inflated_bytes) {
            Ok(bytes) => {
                self.left.inflated_bytes -= bytes.len() as u64;
                self.work = self.work.saturating_add((bytes.len() as u64).saturating_mul(self.left.visits));
                Some(bytes)
            }
            Err(error) => {
                self.problem(error.into());
                None
            }
        }
    }

    fn fatbin(&mut self, parent: &mut Entry, bytes: &[u8]) -> Result<(), What> {
        fatbin::entries(bytes, |raw| match raw {
            Err(what) => self.problem(what),
            Ok(raw) => {
                let known = Container { name: None, arch: Some(Arch(format!("sm_{}", raw.arch))) };
                if raw.compression == Compression::None {
                    self.child(parent, raw.data, known);
                } else if let Some(plain) = self.inflate(raw.compression, raw.data, raw.size) {
                    self.child(parent, &plain, known);
                    if let Some(child) = parent.children.last_mut() {
                        child.compression = raw.compression;
                    }
                }
            }
        })
    }

    fn host(&mut self, parent: &mut Entry, bytes: &[u8]) -> Result<(), What> {
        for (name, data) in host::device_sections(bytes)? {
            self.place.push(name.clone());
            host::pieces(data, |piece| match piece {
                Ok(piece) => self.child(parent, piece, Container { name: Some(name.clone()), arch: None }),
                Err(what) => self.problem(what),
            });
            self.place.pop();
        }
        Ok(())
    }

    fn archive(&mut self, parent: &mut Entry, bytes: &[u8]) -> Result<(), What> {
        archive::members(bytes, |member| match member {
            Ok((name, data)) => {
                // Most members are plain host code; only those with device code are worth a line.
                if let Ok(child) = self.container(data, Container { name: Some(name), arch: None })
                    && (child.format != Format::HostElf || !child.children.is_empty())
                {
                    parent.children.push(child);
                }
            }
            Err(what) => self.problem(what),
        })
    }

    fn bundle(&mut self, parent: &mut Entry, bytes: &[u8]) -> Result<(), What> {
        for code in bundle::entries(bytes)? {
            let known = Container { arch: bundle::arch_of(&code.id), name: Some(code.id) };
            if !code.data.is_empty() {
                self.child(parent, code.data, known);
            }
        }
        Ok(())
    }

    fn compressed_bundle(&mut self, parent: &mut Entry, bytes: &[u8]) -> Result<(), What> {
        let raw = bundle::compressed(bytes)?;
        parent.compression = raw.method;
        if let Some(plain) = self.inflate(raw.method, raw.data, raw.size) {
            self.child(parent, &plain, Container::default());
        }
        Ok(())
    }

    fn offload_binary(&mut self, parent: &mut Entry, bytes: &[u8]) -> Result<(), What> {
        let image = offload_binary::image(bytes)?;
        let known = Container { name: image.triple, arch: image.arch.map(Arch) };
        self.child(parent, image.data, known);
        Ok(())
    }
}

/// The architecture in PTX's `.target` line.
fn ptx_target(text: &str) -> Option<&str> {
    let line = text.lines().take(1000).find_map(|line| line.trim_start().strip_prefix(".target"))?;
    let word = line.split([',', '/']).next()?.trim();
    (!word.is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FatbinBuilder, PTX, bundle_of, ccob_of, elf_with_section, lz4, zstd};

    fn shape(image: &Image) -> Vec<String> {
        image
            .walk()
            .map(|(depth, e)| {
                let arch = e.arch.as_ref().map(|a| format!(" {a}")).unwrap_or_default();
                format!("{}{}{arch}", "  ".repeat(depth), e.format)
            })
            .collect()
    }

    #[test]
    fn an_executable_shows_its_fatbins_and_their_entries() {
        let fatbin = FatbinBuilder::new()
            .entry(1, 80, 0x2011, &lz4(PTX.as_bytes()), Some(PTX.len()))
            .entry(1, 80, 0x8011, &zstd(PTX.as_bytes()), Some(PTX.len()))
            .build();
        let twice = [fatbin.clone(), fatbin].concat();
        let image = open(&elf_with_section(62, ".nv_fatbin", &twice)).unwrap();
        assert_eq!(image.problems, []);
        assert_eq!(
            shape(&image),
            [
                "host ELF",
                "  fatbin",
                "    PTX text sm_80",
                "    PTX text sm_80",
                "  fatbin",
                "    PTX text sm_80",
                "    PTX text sm_80"
            ]
        );
        let texts: Vec<_> = image.walk().filter_map(|(_, e)| e.ptx.as_deref()).collect();
        assert_eq!(texts, [PTX; 4]);
        assert_eq!(image.root.children[0].children[0].compression, Compression::Lz4);
    }

    #[test]
    fn raw_ptx_in_an_executable_is_split_at_each_version_line() {
        // A linker joins the sections of several objects with nothing between them.
        let section = format!("//\n// first\n{PTX}//\n// second\n{PTX}\0\0\0{PTX}");
        let image = open(&elf_with_section(62, ".nv_fatbin", section.as_bytes())).unwrap();
        assert_eq!(image.problems, []);
        let texts: Vec<_> = image.walk().filter_map(|(_, e)| e.ptx.clone()).collect();
        assert_eq!(texts, [format!("//\n// first\n{PTX}"), format!("//\n// second\n{PTX}"), PTX.to_owned()]);
    }

    #[test]
    fn bundles_open_plain_and_compressed() {
        let bundle = bundle_of(&[
            ("host-x86_64-unknown-linux--", b""),
            ("cuda-nvptx64-nvidia-cuda--sm_80", PTX.as_bytes()),
        ]);
        let plain = open(&bundle).unwrap();
        assert_eq!(
            (plain.problems.len(), shape(&plain)),
            (0, vec!["offload bundle".into(), "  PTX text sm_80".into()])
        );
        for version in [1, 2, 3] {
            let packed = open(&ccob_of(version, &bundle)).unwrap();
            assert_eq!(packed.problems, [], "version {version}");
            assert_eq!(
                shape(&packed),
                ["compressed offload bundle", "  offload bundle", "    PTX text sm_80"],
                "version {version}"
            );
        }
    }

    #[test]
    fn nesting_without_end_is_cut() {
        let mut bytes = bundle_of(&[("a--x", PTX.as_bytes())]);
        for _ in 0..50 {
            bytes = bundle_of(&[("a--x", &bytes)]);
        }
        let image = open(&bytes).unwrap();
        assert!(matches!(image.problems.as_slice(), [Problem { what: What::Bound(_), .. }]));
        assert_eq!(image.walk().count(), 9);
    }

    #[test]
    fn a_bundle_that_names_itself_many_times_is_cut() {
        // Every entry is the whole bundle: 100 entries at depth 8 would be 100^8 visits.
        let mut bytes = bundle_of(&[("a--x", b"".as_slice()); 100]);
        let total = bytes.len() as u64;
        for i in 0..100 {
            let at = 32 + i * 28;
            bytes[at..at + 8].copy_from_slice(&0u64.to_le_bytes());
            bytes[at + 8..at + 16].copy_from_slice(&total.to_le_bytes());
        }
        let image = open(&bytes).unwrap();
        assert!(image.walk().count() < 2000);
        assert!(image.problems.iter().all(|p| matches!(p.what, What::Bound(_))));
        assert_eq!(image.problems.len(), Bounds::default().problems);
    }

    #[test]
    fn the_budget_covers_all_entries_together() {
        let big = format!("{PTX}{}", "\n".repeat(1000));
        let packed = zstd(big.as_bytes());
        let fatbin = FatbinBuilder::new()
            .entry(1, 80, 0x8011, &packed, Some(big.len()))
            .entry(1, 90, 0x8011, &packed, Some(big.len()))
            .build();
        let image = open_within(&fatbin, Bounds { inflated_bytes: 1500, ..Bounds::default() }).unwrap();
        assert_eq!(image.root.children.len(), 1);
        assert!(
            image.problems[0].to_string().starts_with("fatbin: refused to decompress"),
            "{:?}",
            image.problems
        );
    }

    #[test]
    fn text_that_is_not_utf8_is_kept_readable() {
        let bytes = [PTX.as_bytes(), b"// \xb2\xe2\xca\xd4\n"].concat();
        let image = open(&bytes).unwrap();
        assert_eq!(image.problems[0].what, What::NotUtf8(PTX.len() + 3));
        assert!(image.root.ptx.unwrap().starts_with(PTX));
    }

    #[test]
    fn the_target_line_gives_the_architecture() {
        assert_eq!(ptx_target(".version 8.0\n.target sm_90a, debug\n"), Some("sm_90a"));
        assert_eq!(ptx_target(".version 8.0\n.target sm_80 // x\n"), Some("sm_80"));
        assert_eq!(ptx_target(".version 8.0\n"), None);
    }
}
