//! The server as an editor sees it, in this process: a client over an in-memory pipe, with no clangd, a fake one, or the
//! real one where the test's name says so.

mod bad_input;
mod clangd_fake;
mod clangd_real;
mod deep;
mod deep_rules;
mod editing;
mod editor;
mod features;
mod headers;
mod lifecycle;
mod matrix;
mod workspace;
