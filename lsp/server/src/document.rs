//! An open document: one version of its text, immutable, shared by whoever reads it.
//!
//! A change makes a new document; readers of the old one keep what they have. The analysis of a version is made once,
//! by the first who asks, from the one before it where that is at hand.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tower_lsp::ls_types::{Position, Range, TextDocumentContentChangeEvent, Uri};

use crate::analysis::FileAnalysis;
use warplens_headers::Headers;

use crate::text::{Encoding, LineIndex};

/// What a document is, as far as this server cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `.cu`, `.cuh`.
    Cuda,
    /// `.mu`, `.muh`.
    Musa,
    /// C or C++ that mentions CUDA or MUSA.
    Cpp,
    /// `.ptx`.
    Ptx,
    /// Anything else: opened by the client, not looked at.
    Other,
}

impl Language {
    /// Decide by name first, then by what the client calls it, then by what is in it.
    pub fn detect(path: Option<&Path>, client_says: &str, text: &str) -> Self {
        if is_binary(text) {
            return Self::Other;
        }
        let extension = path.and_then(Path::extension).and_then(|e| e.to_str()).unwrap_or_default();
        match (extension, client_says) {
            ("ptx", _) => Self::Ptx,
            ("cu" | "cuh", _) => Self::Cuda,
            ("mu" | "muh", _) => Self::Musa,
            ("h" | "hpp" | "hh" | "hxx" | "inl" | "c" | "cc" | "cpp" | "cxx" | "inc", _) => {
                Self::in_cpp(text)
            }
            (_, "cuda" | "cuda-cpp") => Self::Cuda,
            (_, "musa" | "musa-cpp") => Self::Musa,
            (_, "ptx") => Self::Ptx,
            (_, "c" | "cpp" | "objective-cpp") => Self::in_cpp(text),
            _ => Self::Other,
        }
    }

    fn in_cpp(text: &str) -> Self {
        const KERNEL: &[&str] = &["__global__", "__device__", "<<<", "__shared__"];
        const HOST: &[&str] = &["cuda_runtime", "cuda.h", "cuda_fp16", "musa_runtime", "musa.h", "musa_fp16"];
        let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
        if has(KERNEL) {
            if text.contains("musa") && !text.contains("cuda") { Self::Musa } else { Self::Cuda }
        } else if has(HOST) {
            Self::Cpp
        } else {
            Self::Other
        }
    }

    /// Whether the server has anything to say about it.
    pub fn is_ours(self) -> bool {
        self != Self::Other
    }
}

/// Whether text the client sent is no text at all.
fn is_binary(text: &str) -> bool {
    let mut head = text.len().min(8192);
    while !text.is_char_boundary(head) {
        head -= 1;
    }
    let head = text.get(..head).unwrap_or_default();
    let bad = head.chars().filter(|&c| c == '\0' || c == char::REPLACEMENT_CHARACTER).count();
    head.contains('\0') || bad * 10 > head.len().max(1)
}

/// One version of one open document.
pub struct Document {
    /// Its name.
    pub uri: Uri,
    /// What it is.
    pub language: Language,
    /// The client's version number.
    pub version: i32,
    /// Its text.
    pub text: Arc<str>,
    /// Its lines.
    pub lines: LineIndex,
    /// Where the headers around it are known.
    pub(crate) headers: Arc<Headers>,
    path: Option<PathBuf>,
    client_says: String,
    analysis: OnceLock<Arc<FileAnalysis>>,
    /// The newest analysis of an older version, to start from; taken when used, so that no chain of versions stays.
    older: Mutex<Option<Arc<FileAnalysis>>>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Document({} v{})", self.uri.as_str(), self.version)
    }
}

impl Document {
    /// A document as opened.
    pub fn new(uri: Uri, client_says: &str, version: i32, text: impl Into<Arc<str>>) -> Self {
        let path = file_path(&uri);
        let text = text.into();
        let lines = LineIndex::new(&text);
        Self::build(uri, path, client_says.to_owned(), version, text, lines, None)
    }

    /// The same document among these headers.
    pub(crate) fn among(mut self, headers: &Arc<Headers>) -> Self {
        self.headers = Arc::clone(headers);
        self
    }

    /// The same version, to be looked at anew: the headers around it have changed.
    pub(crate) fn anew(&self) -> Self {
        let older = self.analysis.get().cloned().or_else(|| self.lock_older().clone());
        let (uri, path, says) = (self.uri.clone(), self.path.clone(), self.client_says.clone());
        let (text, lines) = (Arc::clone(&self.text), self.lines.clone());
        Self::build(uri, path, says, self.version, text, lines, older).among(&self.headers)
    }

    fn build(
        uri: Uri,
        path: Option<PathBuf>,
        client_says: String,
        version: i32,
        text: Arc<str>,
        lines: LineIndex,
        older: Option<Arc<FileAnalysis>>,
    ) -> Self {
        let language = Language::detect(path.as_deref(), &client_says, &text);
        Self {
            uri,
            language,
            version,
            text,
            lines,
            headers: Arc::default(),
            path,
            client_says,
            analysis: OnceLock::new(),
            older: Mutex::new(older),
        }
    }

    /// The document after the client's changes, in their order.
    pub fn changed(
        &self,
        version: i32,
        changes: &[TextDocumentContentChangeEvent],
        encoding: Encoding,
    ) -> Self {
        let mut text = self.text.to_string();
        let mut lines = self.lines.clone();
        for change in changes {
            let Some(range) = change.range else {
                text.clone_from(&change.text);
                lines = LineIndex::new(&text);
                continue;
            };
            let bytes = lines.bytes(&text, range, encoding);
            text.replace_range(bytes.clone(), &change.text);
            lines = lines.edited(&text, bytes, change.text.len());
        }
        let older = self.analysis.get().cloned().or_else(|| self.lock_older().clone());
        Self::build(
            self.uri.clone(),
            self.path.clone(),
            self.client_says.clone(),
            version,
            text.into(),
            lines,
            older,
        )
        .among(&self.headers)
    }

    /// The file it stands for, if it stands for one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// What the fast tier knows of this version. The first call does the work.
    pub fn analysis(&self) -> Arc<FileAnalysis> {
        let make = || {
            let older = self.lock_older().take();
            Arc::new(FileAnalysis::new(self, older.as_deref()))
        };
        Arc::clone(self.analysis.get_or_init(make))
    }

    /// The byte offset of a position.
    pub fn offset(&self, position: Position, encoding: Encoding) -> usize {
        self.lines.offset(&self.text, position, encoding)
    }

    /// The protocol's range for bytes.
    pub fn range(&self, bytes: std::ops::Range<usize>, encoding: Encoding) -> Range {
        self.lines.range(&self.text, bytes, encoding)
    }

    fn lock_older(&self) -> std::sync::MutexGuard<'_, Option<Arc<FileAnalysis>>> {
        self.older.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The path of a `file:` URI.
pub fn file_path(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.as_str().get(..5).is_some_and(|s| s.eq_ignore_ascii_case("file:"));
    if !is_file {
        return None;
    }
    uri.to_file_path().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    fn document(name: &str, text: &str) -> Document {
        Document::new(Uri::from_str(name).unwrap(), "cpp", 1, text)
    }

    fn change(from: (u32, u32), to: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let at = |(line, character)| Position { line, character };
        TextDocumentContentChangeEvent {
            range: Some(Range { start: at(from), end: at(to) }),
            range_length: None,
            text: text.to_owned(),
        }
    }

    #[test]
    fn changes_apply_in_order_each_to_what_the_one_before_left() {
        let d = document("file:///a.cu", "// 线程\r\nint a;\r\n");
        let changes =
            [change((0, 3), (0, 5), "块"), change((0, 4), (0, 4), "x"), change((1, 4), (1, 5), "bb")];
        let d = d.changed(2, &changes, Encoding::Utf16);
        assert_eq!((&*d.text, d.version), ("// 块x\r\nint bb;\r\n", 2));
        let d = d.changed(3, &[change((0, 3), (0, 6), "")], Encoding::Utf8);
        assert_eq!(&*d.text, "// x\r\nint bb;\r\n");
    }

    #[test]
    fn a_change_without_range_replaces_everything() {
        let whole = TextDocumentContentChangeEvent { range: None, range_length: None, text: "new".into() };
        let d = document("file:///a.cu", "old").changed(
            2,
            &[whole, change((0, 3), (0, 3), "er")],
            Encoding::Utf8,
        );
        assert_eq!(&*d.text, "newer");
    }

    #[test]
    fn a_language_is_told_by_name_and_by_content() {
        let of = |name: &str, text| document(name, text).language;
        assert_eq!(of("file:///a.cuh", ""), Language::Cuda);
        assert_eq!(of("file:///a.mu", ""), Language::Musa);
        assert_eq!(of("file:///a.h", "__global__ void k();"), Language::Cuda);
        assert_eq!(of("file:///a.h", "#include <musa.h>\n__device__ int x;"), Language::Musa);
        assert_eq!(of("file:///a.cpp", "#include <cuda_runtime.h>"), Language::Cpp);
        assert_eq!(of("file:///a.cpp", "int main() {}"), Language::Other);
        assert_eq!(of("file:///a.ptx", ".version 8.0"), Language::Ptx);
        assert_eq!(of("file:///a.cu", "\u{7f}ELF\0\0\0"), Language::Other);
    }

    #[test]
    fn only_file_uris_have_a_path() {
        assert_eq!(document("file:///a%20b/%E7%BA%BF.cu", "").path(), Some(Path::new("/a b/线.cu")));
        assert_eq!(document("untitled:Untitled-1", "").path(), None);
    }
}
