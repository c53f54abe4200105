//! The capture directory `NAME.wlens/`: `meta.json`, Parquet tables, sources and PTX. `docs/capture.md` describes it.
//!
//! A table is a folder of Parquet parts (`spans/part-0000.parquet`, …), each complete in itself: rows are written out
//! every so many and whenever asked, under another name first, so what is there can always be read, however the
//! capture ended. `meta.json` says whether it ended in order. Any engine that reads Parquet reads the tables:
//! `SELECT * FROM 'NAME.wlens/spans/*.parquet'`.

mod capture;
mod table;

pub use capture::{Capture, CaptureError, KernelRow, LineRow};
