//! Source text for the lines of a report.
//!
//! A PTX file names its sources as the compiler saw them, perhaps on another machine; so a file of the same name
//! beside the PTX or the launch file comes first, then the path as written.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::collect::Place;

/// Gives the text of a line.
pub trait Sources {
    /// The line without its line end, if the file is there and has that line.
    fn line(&self, place: &Place) -> Option<String>;
}

/// No text at all.
pub struct NoSources;

impl Sources for NoSources {
    fn line(&self, _: &Place) -> Option<String> {
        None
    }
}

/// Largest source file that is read: text beyond it is no source anybody wrote.
const MAX_BYTES: u64 = 64 << 20;

/// Sources from files.
#[derive(Default)]
pub struct SourceFiles {
    folders: Vec<PathBuf>,
    texts: RefCell<HashMap<String, Option<Rc<Vec<String>>>>>,
}

impl SourceFiles {
    /// Looks in these folders first.
    pub fn beside(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        SourceFiles { folders: folders.into_iter().collect(), texts: RefCell::default() }
    }

    /// Gives the text of a file that need not exist: PTX from inside an executable, say.
    pub fn provide(&self, name: &str, text: &str) {
        let lines = text.lines().map(str::to_owned).collect();
        self.texts.borrow_mut().insert(name.to_owned(), Some(Rc::new(lines)));
    }

    fn read(&self, file: &str) -> Option<Rc<Vec<String>>> {
        let path = Path::new(file);
        let named = self.folders.iter().filter_map(|folder| Some(folder.join(path.file_name()?)));
        let relative = self.folders.iter().map(|folder| folder.join(path));
        let text = named.chain(relative).chain([path.to_owned()]).find_map(|candidate| {
            let small = std::fs::metadata(&candidate).is_ok_and(|m| m.is_file() && m.len() <= MAX_BYTES);
            if small { std::fs::read(&candidate).ok() } else { None }
        })?;
        Some(Rc::new(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect()))
    }
}

impl Sources for SourceFiles {
    fn line(&self, place: &Place) -> Option<String> {
        let known = self.texts.borrow().get(&*place.file).cloned();
        let lines = known.unwrap_or_else(|| {
            let lines = self.read(&place.file);
            self.texts.borrow_mut().insert(place.file.to_string(), lines.clone());
            lines
        })?;
        lines.get((place.line as usize).checked_sub(1)?).cloned()
    }
}
