//! A table as a folder of Parquet parts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// Rows kept before a part is written.
const ROWS: usize = 16_384;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Any number.
    Number(i64),
    /// A text.
    Text(String),
}

enum Column {
    Numbers(Vec<i64>),
    Texts(Vec<ByteArray>),
}

/// A column's name, and whether it holds text.
pub type Heading = (&'static str, bool);

/// Rows on their way to disk.
pub struct Table {
    folder: PathBuf,
    schema: String,
    columns: Vec<Column>,
    rows: usize,
    parts: u32,
}

impl Table {
    /// An empty table in a folder of its own.
    pub fn create(capture: &Path, name: &str, headings: &[Heading]) -> std::io::Result<Table> {
        let folder = capture.join(name);
        fs::create_dir_all(&folder)?;
        let field = |&(name, text): &Heading| {
            if text {
                format!("REQUIRED BYTE_ARRAY {name} (UTF8);")
            } else {
                format!("REQUIRED INT64 {name};")
            }
        };
        let fields: Vec<String> = headings.iter().map(field).collect();
        let schema = format!("message {name} {{ {} }}", fields.join(" "));
        let columns = headings
            .iter()
            .map(|(_, text)| if *text { Column::Texts(Vec::new()) } else { Column::Numbers(Vec::new()) })
            .collect();
        Ok(Table { folder, schema, columns, rows: 0, parts: 0 })
    }

    /// Adds a row; its cells are in the order of the headings.
    pub fn push(&mut self, row: impl IntoIterator<Item = Cell>) -> Result<(), ParquetError> {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            match (column, cell) {
                (Column::Numbers(numbers), Cell::Number(n)) => numbers.push(n),
                (Column::Texts(texts), Cell::Text(text)) => texts.push(text.into_bytes().into()),
                // A row of the wrong shape is a mistake here, not in any input; columns stay of one length.
                (Column::Numbers(numbers), Cell::Text(_)) => numbers.push(0),
                (Column::Texts(texts), Cell::Number(_)) => texts.push(Vec::new().into()),
            }
        }
        self.rows += 1;
        if self.rows >= ROWS { self.flush() } else { Ok(()) }
    }

    /// Writes what is kept as a part of its own.
    pub fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let name = format!("part-{:04}.parquet", self.parts);
        let (unfinished, finished) = (self.folder.join(format!(".{name}")), self.folder.join(&name));
        let file = fs::File::create(&unfinished)?;
        let schema = Arc::new(parse_message_type(&self.schema)?);
        let compression = Compression::ZSTD(ZstdLevel::try_new(3)?);
        let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
        let mut writer = SerializedFileWriter::new(file, schema, properties)?;
        let mut group = writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut out) = group.next_column()? else { break };
            match column {
                Column::Numbers(numbers) => {
                    out.typed::<Int64Type>().write_batch(numbers, None, None)?;
                    numbers.clear();
                }
                Column::Texts(texts) => {
                    out.typed::<ByteArrayType>().write_batch(texts, None, None)?;
                    texts.clear();
                }
            }
            out.close()?;
        }
        group.close()?;
        writer.close()?;
        fs::rename(unfinished, finished)?;
        self.rows = 0;
        self.parts += 1;
        Ok(())
    }
}
