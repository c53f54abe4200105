//! Requests in PTX documents.

use warplens_ide::*;

const TEXT: &str = r#".version 8.0
.target sm_80
.address_size 64
.file 1 "scale.cu"
.visible .entry scale(.param .u64 scale_param_0, .param .u32 scale_param_1)
{
	.reg .pred %p<2>;
	.reg .f32 %f<3>;
	.reg .b32 %r<5>;
	.reg .b64 %rd<5>;
	.loc 1 12 5
	ld.param.u64 %rd1, [scale_param_0];
	ld.param.u32 %r2, [scale_param_1];
	mov.u32 %r1, %tid.x;
	setp.ge.s32 %p1, %r1, %r2;
	@%p1 bra $L__done;
	mul.wide.s32 %rd2, %r1, 4;
	add.s64 %rd3, %rd1, %rd2;
	ld.global.f32 %f1, [%rd3];
	add.rn.f32 %f2, %f1, %f1;
	st.global.f32 [%rd3], %f2;
$L__done:
	ret;
}
.visible .entry other()
{
	.reg .b32 %r<5>;
	mov.u32 %r1, 3;
	ret;
}
"#;

struct Asked {
    analysis: Analysis,
    index: Index,
    config: Config,
}

impl Asked {
    fn new(text: &str) -> Asked {
        Asked { analysis: Analysis::of(text, Language::Ptx), index: Index::new(), config: Config::default() }
    }

    fn query(&self) -> Query<'_> {
        let (analysis, index, config) = (&self.analysis, &self.index, &self.config);
        Query { analysis, path: "a.ptx", index, files: &NoFiles, config }
    }

    /// The offset of the first `needle` after the first `context`.
    fn at(&self, context: &str, needle: &str) -> u32 {
        let text = self.analysis.text();
        let start = text.find(context).expect("context");
        (start + text[start..].find(needle).expect("needle")) as u32 + 1
    }

    fn lines(&self, locations: &[Location]) -> Vec<u32> {
        locations.iter().map(|l| self.analysis.lines().line(l.range.start) + 1).collect()
    }
}

#[test]
fn a_correct_file_has_no_diagnostics_and_a_wrong_one_has_them_in_place() {
    assert_eq!(diagnostics(&Asked::new(TEXT).analysis, &Config::default()), []);
    let wrong = TEXT.replace("mov.u32 %r1, 3;", "movv.u32 %r1, 3;");
    let found = diagnostics(&Asked::new(&wrong).analysis, &Config::default());
    assert!(
        found.iter().any(|d| d.severity == Severity::Error && d.range.of(&wrong).contains("movv")),
        "{found:?}"
    );
}

#[test]
fn hover_explains_instructions_and_registers() {
    let asked = Asked::new(TEXT);
    let hover =
        |context, needle| hover::hover(&asked.query(), asked.at(context, needle)).expect("a hover").markdown;
    let add = hover("add.rn", "add");
    assert!(add.contains("add") && add.contains("PTX ISA") && add.contains("`scale.cu:12`"), "{add}");
    assert!(hover("setp", "%r1").contains(".reg .b32 %r<5>"));
    assert!(hover("mov.u32 %r1, %tid", "%tid").contains("special register"));
    assert!(hover("@%p1 bra", "$L__done").contains("$L__done"));
}

#[test]
fn registers_lead_to_what_sets_them_and_labels_to_their_line() {
    let asked = Asked::new(TEXT);
    let q = asked.query();
    let definition = |context, needle| asked.lines(&navigate::definition(&q, asked.at(context, needle)));
    assert_eq!(definition("st.global", "%f2"), [20]);
    assert_eq!(definition("st.global", "%rd3"), [18]);
    assert_eq!(definition("@%p1", "$L__done"), [22]);
    assert_eq!(definition("ld.param", "scale_param_0"), [5]);
    assert_eq!(asked.lines(&navigate::declaration(&q, asked.at("st.global", "%f2"))), [8]);
    // The other function's %r1 is another register.
    let uses = navigate::highlights(&q, asked.at("setp", "%r1"));
    assert_eq!(uses.len(), 3);
    assert_eq!(uses.iter().filter(|u| u.write).count(), 1);
}

#[test]
fn outline_links_tokens_lenses_and_completion() {
    let asked = Asked::new(TEXT);
    let outline = symbols::document_symbols(&asked.analysis);
    let names: Vec<(&str, bool, usize)> =
        outline.iter().map(|o| (o.name.as_str(), o.kernel, o.children.len())).collect();
    assert_eq!(names, [("scale", true, 1), ("other", true, 0)]);
    let links = links::document_links(&asked.analysis);
    assert!(links.iter().any(|l| l.target == "scale.cu" && l.line == Some(12)));
    assert_eq!(lenses::code_lenses(&asked.analysis).len(), 6);
    assert_eq!(folding::folding(&asked.analysis).len(), 2);
    let tokens = tokens::semantic_tokens(&asked.analysis, None);
    assert!(tokens.windows(2).all(|w| w[0].range.end <= w[1].range.start));
    let complete = |text: &str| {
        let asked = Asked::new(text);
        let list = completion::completion(&asked.query(), text.len() as u32);
        list.items.into_iter().map(|i| i.label).collect::<Vec<_>>()
    };
    assert!(complete("\tclz").contains(&"clz".to_owned()));
    assert!(complete("\tmul.w").iter().any(|l| l.starts_with('w')), "{:?}", complete("\tmul.w"));
}

#[test]
fn a_file_typed_character_by_character_never_panics() {
    let mut text = String::new();
    for c in TEXT.chars() {
        text.push(c);
        if !text.len().is_multiple_of(5) {
            continue;
        }
        let asked = Asked::new(&text);
        let (q, at) = (asked.query(), text.len() as u32);
        diagnostics(&asked.analysis, &asked.config);
        hover::hover(&q, at);
        completion::completion(&q, at);
        navigate::definition(&q, at);
        navigate::references(&q, at, true);
        tokens::semantic_tokens(&asked.analysis, None);
        symbols::document_symbols(&asked.analysis);
    }
}
