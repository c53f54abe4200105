//! TOML values with their lines: a thin layer that turns every surprise into a [`LaunchFileError`].
//!
//! Serde's derived readers lose the place of an error inside enums ("data did not match any variant"), and a
//! launch file is nothing but enums; so the spanned tree is read by hand.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::element::Number;
use super::error::LaunchFileError;
use crate::suggest;

type Result<T> = std::result::Result<T, LaunchFileError>;

/// The text being read.
pub struct Document<'a> {
    /// Path, for messages.
    pub path: &'a Path,
    /// Contents.
    pub text: &'a str,
}

impl Document<'_> {
    /// Line of a byte offset, from 1.
    pub fn line(&self, offset: usize) -> u32 {
        let before = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        before.iter().filter(|&&b| b == b'\n').count() as u32 + 1
    }
}

/// A value, where it stands and what it is called.
#[derive(Clone)]
pub struct Value<'a> {
    doc: &'a Document<'a>,
    span: Range<usize>,
    value: &'a DeValue<'a>,
    name: String,
}

/// A table, likewise.
#[derive(Clone)]
pub struct Table<'a> {
    doc: &'a Document<'a>,
    span: Range<usize>,
    table: &'a DeTable<'a>,
    name: String,
}

impl<'a> Table<'a> {
    /// The root table of a document.
    pub fn root(doc: &'a Document<'a>, table: &'a DeTable<'a>) -> Self {
        Table { doc, span: 0..0, table, name: "the launch file".into() }
    }

    /// Line the table begins at.
    pub fn line(&self) -> u32 {
        self.doc.line(self.span.start)
    }

    /// An error at the table.
    pub fn error<T>(&self, message: impl Into<String>, help: impl Into<String>) -> Result<T> {
        Err(LaunchFileError::new(self.doc.path, self.line(), message, help))
    }

    /// Refuses keys that are not in `known`.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                return Err(LaunchFileError::new(
                    self.doc.path,
                    self.doc.line(key.span().start),
                    format!("{} has no key `{name}`", self.name),
                    suggest::help(name, "keys", known.iter().copied()),
                ));
            }
        }
        Ok(())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.table.get(key).map(|v| self.child(key, v))
    }

    /// The value of a key that must be there.
    pub fn need(&self, key: &str, help: &str) -> Result<Value<'a>> {
        match self.get(key) {
            Some(v) => Ok(v),
            None => self.error(format!("{} has no `{key}`", self.name), help),
        }
    }

    /// All entries in the order of the file.
    pub fn entries(&self) -> Vec<(&'a str, Value<'a>)> {
        let mut all: Vec<_> = self
            .table
            .iter()
            .map(|(k, v)| (k.span().start, k.get_ref().as_ref(), self.child(k.get_ref(), v)))
            .collect();
        all.sort_by_key(|(at, ..)| *at);
        all.into_iter().map(|(_, k, v)| (k, v)).collect()
    }

    /// The only entry of a one-key table such as `{ i32 = 1 }`.
    pub fn single(&self) -> Option<(&'a str, Value<'a>)> {
        let mut all = self.entries();
        if all.len() == 1 { all.pop() } else { None }
    }

    fn child(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Value<'a> {
        Value { doc: self.doc, span: value.span(), value: value.get_ref(), name: format!("`{key}`") }
    }
}

impl<'a> Value<'a> {
    /// The same value under another name in messages.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Line the value begins at.
    pub fn line(&self) -> u32 {
        self.doc.line(self.span.start)
    }

    /// An error at the value.
    pub fn error<T>(&self, message: impl Into<String>, help: impl Into<String>) -> Result<T> {
        Err(LaunchFileError::new(self.doc.path, self.line(), message, help))
    }

    fn mismatch<T>(&self, want: &str, example: &str) -> Result<T> {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(format!("{} must be {want}, not {found}", self.name), format!("write it like {example}"))
    }

    /// As text, if it is.
    pub fn as_str(&self) -> Option<&'a str> {
        if let DeValue::String(s) = self.value { Some(s.as_ref()) } else { None }
    }

    /// As a table, if it is.
    pub fn as_table(&self) -> Option<Table<'a>> {
        let DeValue::Table(table) = self.value else { return None };
        Some(Table { doc: self.doc, span: self.span.clone(), table, name: self.name.clone() })
    }

    /// As text.
    pub fn string(&self, example: &str) -> Result<&'a str> {
        self.as_str().map_or_else(|| self.mismatch("a string", example), Ok)
    }

    /// As a table.
    pub fn table(&self, example: &str) -> Result<Table<'a>> {
        self.as_table().map_or_else(|| self.mismatch("a table", example), Ok)
    }

    /// As a list.
    pub fn list(&self, example: &str) -> Result<Vec<Value<'a>>> {
        let DeValue::Array(items) = self.value else { return self.mismatch("a list", example) };
        let item = |(i, v): (usize, &'a Spanned<DeValue<'a>>)| Value {
            doc: self.doc,
            span: v.span(),
            value: v.get_ref(),
            name: format!("{}[{i}]", self.name),
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// As true or false.
    pub fn bool(&self) -> Result<bool> {
        if let DeValue::Boolean(b) = self.value { Ok(*b) } else { self.mismatch("true or false", "true") }
    }

    /// As a number, whole or not.
    pub fn number(&self, example: &str) -> Result<Number> {
        match self.value {
            DeValue::Integer(i) => {
                let digits: String = i.as_str().chars().filter(|c| *c != '_').collect();
                match i128::from_str_radix(&digits, i.radix()) {
                    Ok(n) => Ok(Number::Int(n)),
                    Err(_) => self.error(format!("{} is out of range", self.name), "give a 64-bit number"),
                }
            }
            DeValue::Float(x) => {
                let digits: String = x.as_str().chars().filter(|c| *c != '_').collect();
                match digits.parse() {
                    Ok(x) => Ok(Number::Float(x)),
                    Err(_) => self.mismatch("a number", example),
                }
            }
            _ => self.mismatch("a number", example),
        }
    }

    /// As a whole number between `low` and `high`.
    pub fn integer(&self, low: i128, high: i128, example: &str) -> Result<i128> {
        match self.number(example)? {
            Number::Int(i) if (low..=high).contains(&i) => Ok(i),
            Number::Int(i) => self.error(
                format!("{} is {i}, outside {low} to {high}", self.name),
                format!("write it like {example}"),
            ),
            Number::Float(_) => self.mismatch("a whole number", example),
        }
    }
}
