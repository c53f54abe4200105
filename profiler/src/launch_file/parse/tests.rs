//! Launch files as text: what parses, and what is said of what does not.

use super::*;

fn parse(text: &str) -> Result<LaunchFile> {
    LaunchFile::parse(Path::new("launch.toml"), text)
}

fn complaint(text: &str) -> String {
    let e = parse(text).unwrap_err();
    assert!(!e.help.is_empty());
    format!("{e}\n{}", e.help)
}

const GOOD: &str = r#"
source = "transpose.cu"

[buffers.in]
type = "f32"
len = 1024
fill = { random = { seed = 7 } }

[buffers.a_first_by_name_but_second_in_the_file]
type = "f32"
fill = { values = [1, 2.5] }

[[launch]]
kernel = "transpose"
grid = [32, 32]
block = 64
args = ["in", { i32 = -1 }, { bytes = "00ff" }, { bool = true }]
[[launch.expect]]
buffer = "in"
constant = 3
tolerance = { rel = 1e-5 }
"#;

#[test]
fn a_launch_file_reads_as_it_is_written() {
    let file = parse(GOOD).unwrap();
    assert_eq!(file.source.as_deref(), Some(Path::new("transpose.cu")));
    assert_eq!(file.buffers[0].name, "in");
    assert_eq!(file.buffers[0].fill, Fill::Random { seed: Some(7), min: None, max: None });
    assert_eq!(file.buffers[1].fill, Fill::Values(vec![Number::Int(1), Number::Float(2.5)]));
    let launch = &file.launches[0];
    assert_eq!((launch.grid, launch.block), ([32, 32, 1], [64, 1, 1]));
    assert_eq!((launch.profile, launch.repeat, launch.shared), (true, 1, 0));
    assert_eq!(launch.args[2].value, ArgValue::Bytes(vec![0, 0xff]));
    assert_eq!(launch.expect[0].tolerance, Tolerance { abs: 0.0, rel: 1e-5 });
    assert_eq!(launch.expect[0].line, 18);
}

#[test]
fn misspelt_keys_and_names_are_errors_with_a_suggestion() {
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        complaint(&GOOD.replacen(from, to, 1))
    };
    insta::assert_snapshot!(with("block = 64", "blok = 64"), @r"
    launch.toml:16: [[launch]] has no key `blok`
    did you mean `block`?
    ");
    insta::assert_snapshot!(with(r#"type = "f32""#, r#"type = "float""#), @r"
    launch.toml:5: there is no element type `float`
    use u8, i8, u16, i16, u32, i32, u64, i64, f16, bf16, f32 or f64
    ");
    insta::assert_snapshot!(with(r#"["in","#, r#"["inn","#), @r"
    launch.toml:17: there is no buffer `inn`
    did you mean `in`?
    ");
    insta::assert_snapshot!(with("i32 = -1", "u32 = -1"), @r"
    launch.toml:17: -1 does not fit in u32 (0 to 4294967295)
    give a value of the type, or change the type
    ");
    insta::assert_snapshot!(with("len = 1024\n", ""), @r#"
    launch.toml:4: buffer `in` has no length
    add len = 1024 (in elements)
    "#);
    insta::assert_snapshot!(with("constant = 3\n", ""), @r"
    launch.toml:18: [[launch.expect]] says 0 things the buffer must hold
    give exactly one of constant, values, file and reference
    ");
    insta::assert_snapshot!(with("block = 64", "block = [1, 2, 3, 4]"), @r"
    launch.toml:16: a shape has one to three numbers, not 4
    write it like block = [256]
    ");
    insta::assert_snapshot!(with(r#"kernel = "transpose""#, "kernel = 3"), @r#"
    launch.toml:14: `kernel` must be a string, not a whole number
    write it like kernel = "saxpy"
    "#);
}

#[test]
fn broken_toml_says_where() {
    let text = complaint("[[launch]]\nkernel = \n");
    assert!(text.starts_with("launch.toml:2: "), "{text}");
    assert!(complaint("").contains("the launch file has no `launch`"));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(\\[\\[?(launch|buffers.x|launch.expect)\\]\\]?|[a-z]{1,6}|=|\\{|\\}|\"|[0-9.-]{1,4}|\n| ){0,40}") {
        let _ = parse(&text);
    }

    #[test]
    fn nor_does_a_file_with_one_value_changed(value in "(-?[0-9]{1,40}|nan|inf|\\[\\]|\\{\\}|\"\"|true|1e400|\\[\\[1\\]\\])", which in 0..12_usize) {
        let place = GOOD.match_indices("= ").nth(which).map_or(0, |(i, _)| i + 2);
        let end = GOOD[place..].find('\n').map_or(GOOD.len(), |i| place + i);
        let _ = parse(&format!("{}{value}{}", &GOOD[..place], &GOOD[end..]));
    }
}

#[test]
fn the_examples_launch_files_are_read() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let mut read = 0;
    for folder in std::fs::read_dir(examples).unwrap() {
        let path = folder.unwrap().path().join("launch.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let file = LaunchFile::parse(&path, &text).unwrap_or_else(|e| panic!("{e}\n{}", e.help));
            assert!(file.launches.iter().any(|l| !l.expect.is_empty()), "{} checks nothing", path.display());
            read += 1;
        }
    }
    assert!(read >= 10, "{read} examples");
}
