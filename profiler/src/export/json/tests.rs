//! Reports against their schema, and against figures worked out by hand.

use serde_json::Value as Json;

use super::render;
use crate::report::fixture::report;

const SCHEMA: &str = include_str!("../../../../docs/report-schema.json");

/// Validates against the parts of JSON Schema that the schema file uses; any other part is an error, so that none
/// is silently not checked.
fn validate(schema: &Json, root: &Json, value: &Json, at: &str) {
    let schema = schema.as_object().unwrap_or_else(|| panic!("{at}: schema is no object"));
    for (key, rule) in schema {
        match key.as_str() {
            "$schema" | "title" | "$defs" => {}
            "$ref" => {
                let name = rule.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                validate(&root["$defs"][name], root, value, at);
            }
            "type" => {
                let is = match rule.as_str().unwrap() {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "number" => value.is_number(),
                    other => panic!("schema uses type {other}"),
                };
                assert!(is, "{at}: {value} is no {rule}");
            }
            "const" => assert_eq!(value, rule, "{at}"),
            "enum" => assert!(rule.as_array().unwrap().contains(value), "{at}: {value} is not among {rule}"),
            "minimum" => assert!(value.as_f64().unwrap() >= rule.as_f64().unwrap(), "{at}: {value} < {rule}"),
            "maximum" => assert!(value.as_f64().unwrap() <= rule.as_f64().unwrap(), "{at}: {value} > {rule}"),
            "minItems" => assert!(value.as_array().unwrap().len() >= rule.as_u64().unwrap() as usize, "{at}"),
            "maxItems" => assert!(value.as_array().unwrap().len() <= rule.as_u64().unwrap() as usize, "{at}"),
            "items" => {
                for (i, item) in value.as_array().unwrap().iter().enumerate() {
                    validate(rule, root, item, &format!("{at}[{i}]"));
                }
            }
            "required" => {
                for name in rule.as_array().unwrap() {
                    assert!(value.get(name.as_str().unwrap()).is_some(), "{at} has no {name}");
                }
            }
            "properties" => {
                for (name, inner) in rule.as_object().unwrap() {
                    if let Some(inner_value) = value.get(name) {
                        validate(inner, root, inner_value, &format!("{at}.{name}"));
                    }
                }
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Json::as_object);
                for (name, inner_value) in value.as_object().unwrap() {
                    if known.is_some_and(|k| k.contains_key(name)) {
                        continue;
                    }
                    assert!(rule != &Json::Bool(false), "{at} may not have {name}");
                    validate(rule, root, inner_value, &format!("{at}.{name}"));
                }
            }
            other => panic!("schema uses {other}, which this test does not know"),
        }
    }
}

fn parsed(device: &str) -> Json {
    serde_json::from_str(&render(&report(device)).unwrap()).unwrap()
}

#[test]
fn reports_keep_to_the_schema() {
    let schema: Json = serde_json::from_str(SCHEMA).unwrap();
    for device in ["mtt-s5000", "h100"] {
        validate(&schema, &schema, &parsed(device), "report");
    }
}

#[test]
fn the_schema_refuses_what_it_should() {
    let schema: Json = serde_json::from_str(SCHEMA).unwrap();
    let mut report = parsed("h100");
    report["kernels"][0]["launches"][0]["grid"] = serde_json::json!([1, 2]);
    assert!(std::panic::catch_unwind(|| validate(&schema, &schema, &report, "report")).is_err());
}

#[test]
fn values_are_those_worked_out_by_hand() {
    let report = parsed("h100");
    let kernel = &report["kernels"][0];
    assert_eq!(kernel["demangled"], "turn(float const*, float*)");
    let metrics = &kernel["launches"][0]["metrics"];
    let value = |name: &str| metrics[name]["value"].clone();
    // 1024 blocks of 8 warps, 6 instructions each.
    assert_eq!(value("smsp__inst_executed"), 8192 * 6);
    assert_eq!(value("smsp__thread_inst_executed"), 8192 * 6 * 32);
    assert_eq!(value("ptx__inst_executed_op_memory"), 8192 * 4, "two of them load parameters");
    assert_eq!(value("ptx__inst_executed_op_fp32"), 8192);
    assert_eq!(value("ptx__inst_executed_op_control"), 8192);
    assert_eq!(value("ptx__flop_fp32"), 8192 * 32 * 2);
    assert_eq!(value("l1tex__average_t_sectors_per_request_pipe_lsu_mem_global_op_st"), 32.0);
    assert_eq!(value("derived__memory_l2_theoretical_sectors_global_excessive"), 8192 * 28);
    assert_eq!(value("ptx__global_bytes_minimum_read"), 8192 * 4 * 32);
    // A warp does 64 operations and moves 4 sectors in and 4 out.
    assert_eq!(value("ptx__arithmetic_intensity"), 0.25);
    // 8 blocks of 8 warps fit; read back, a float may be off in its last digit.
    let waves = value("launch__waves_per_multiprocessor").as_f64().unwrap();
    assert!((waves - 1024.0 / (8.0 * 132.0)).abs() < 1e-12);
    assert_eq!(kernel["summary"]["launch__grid_size.sum"]["value"], 1536);
    assert_eq!(kernel["summary"]["launch__grid_size.avg"]["value"], 768.0);
    assert_eq!(kernel["summary"]["launch__grid_size.min"]["value"], 512);
    assert_eq!(kernel["summary"].get("ptx__arithmetic_intensity.sum"), None, "a sum of ratios means nothing");
}

#[test]
fn lines_add_up_and_fall_back_to_ptx_lines() {
    let report = parsed("h100");
    let lines = report["kernels"][0]["launches"][0]["lines"].as_array().unwrap();
    let places: Vec<_> = lines.iter().map(|l| format!("{}:{} {}", l["file"], l["line"], l["kind"])).collect();
    assert_eq!(
        places,
        [
            r#""/elsewhere/turn.cu":3 "source""#,
            r#""/elsewhere/turn.cu":4 "source""#,
            r#""turn.ptx":11 "ptx""#,
            r#""turn.ptx":12 "ptx""#
        ]
    );
    assert_eq!(lines[0]["text"], "  float x = a[i];");
    let sum: u64 = lines.iter().map(|l| l["metrics"]["smsp__inst_executed"]["value"].as_u64().unwrap()).sum();
    assert_eq!(sum, 8192 * 6);
}

#[test]
fn assumptions_of_the_device_file_are_named() {
    let assumed = |device: &str| {
        let report = parsed(device);
        report["kernels"][0]["launches"][0]["metrics"]["launch__occupancy_limit_warps"]["assumed"].clone()
    };
    assert_eq!(assumed("mtt-s5000"), serde_json::json!(["max_warps_per_multiprocessor"]));
    assert_eq!(assumed("h100"), Json::Null);
    // No published arithmetic peak: no place under the roofline.
    let has = |device: &str| {
        parsed(device)["kernels"][0]["launches"][0]["metrics"].get("ptx__roofline_attainable_pct").is_some()
    };
    assert!(has("h100") && !has("mtt-s5000"));
}
