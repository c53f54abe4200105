//! The JSON Schema of `warplens.toml`, for completion and checks in editors that know TOML schemas.

use serde_json::{Value, json};
use warplens_ide::{Level, rules::RULES};

/// The schema; `docs/warplens.schema.json` is this.
pub fn schema() -> Value {
    let words: Vec<&str> = Level::ALL.iter().map(|l| l.word()).collect();
    let levels: serde_json::Map<String, Value> = RULES
        .iter()
        .map(|rule| {
            let entry = json!({
                "description": format!("{} {}", rule.code, rule.summary()),
                "enum": words,
                "default": rule.level.word(),
            });
            (rule.name.to_owned(), entry)
        })
        .collect();
    let codes = json!({ "^WL[0-9]{3}$": { "enum": words } });
    let levels = json!({
        "type": "object",
        "description": "How loud each rule is, by name or code.",
        "properties": levels,
        "patternProperties": codes,
        "additionalProperties": false,
    });
    let extents = |what: &str| {
        json!({
            "type": "array",
            "description": what,
            "items": { "type": "integer", "minimum": 1 },
            "minItems": 1,
            "maxItems": 3,
        })
    };
    let strings = |what: &str| json!({ "type": "array", "description": what, "items": { "type": "string" } });
    let devices: Vec<&str> = warplens_devices::all().iter().map(|m| m.name.as_str()).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "warplens.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "lint": {
                "type": "object",
                "description": "The linter and the diagnostics of the language server.",
                "additionalProperties": false,
                "properties": {
                    "devices": {
                        "type": "array",
                        "description": "Device models the code must run on.",
                        "items": { "enum": devices },
                    },
                    "exclude": strings("Files to leave alone, as patterns from this file's folder."),
                    "checkers": strings("Macros and functions that check the result of an API call or a launch."),
                    "deep": {
                        "type": "boolean",
                        "description": "Whether `warplens lint` compiles sources with clang, for the rules that need it.",
                        "default": false,
                    },
                    "block": extents("Block size to assume where a file does not launch its kernels."),
                    "grid": extents("Grid size to assume where a file does not launch its kernels."),
                    "levels": levels.clone(),
                    "paths": {
                        "type": "array",
                        "description": "Other levels for some files; later entries win.",
                        "items": {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["path", "levels"],
                            "properties": {
                                "path": { "type": "string", "description": "A pattern from this file's folder." },
                                "levels": levels,
                            },
                        },
                    },
                },
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_under_docs_is_this_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/warplens.schema.json");
        let text = format!("{:#}\n", schema());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &text).expect("the schema");
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            there, text,
            "docs/warplens.schema.json is out of date: UPDATE_DOCS=1 cargo test -p warplens-config"
        );
    }

    #[test]
    fn every_key_the_schema_names_is_one_the_parser_takes() {
        let schema = schema();
        let keys = schema["properties"]["lint"]["properties"].as_object().expect("keys");
        for key in keys.keys() {
            let value = match key.as_str() {
                "block" | "grid" => "[1]",
                "deep" => "true",
                "levels" => "{ inline-ptx = \"off\" }",
                "paths" => "[{ path = \"a\", levels = {} }]",
                _ => "[]",
            };
            assert!(crate::parse(&format!("[lint]\n{key} = {value}")).is_ok(), "{key}");
        }
    }
}
