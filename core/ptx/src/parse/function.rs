//! Functions, their bodies and statements (PTX ISA, sections 7 and 11).

use super::{Parser, clip};
use crate::ast::{FnDirective, Function, Linkage, StateSpace, Stmt, Symbol};
use crate::lex::Tok;
use crate::span::Span;

impl Parser<'_> {
    /// `.entry` or `.func`, with that word in hand.
    pub(super) fn function(&mut self, linkage: Linkage, start: Span) -> Option<Function> {
        let is_entry = self.dot() == Some("entry");
        self.bump();
        let mut attributes = Vec::new();
        while self.dot() == Some("attribute") {
            self.bump();
            attributes.extend(self.attribute()?);
        }
        let returns = if self.at(b'(') { self.parameters()? } else { Vec::new() };
        let (name, name_span) = self.name("the name of a function")?;
        let params = if self.at(b'(') { self.parameters()? } else { Vec::new() };
        let mut directives = Vec::new();
        while self.tok.kind == Tok::Dot {
            directives.push(self.function_directive()?);
        }
        let mut body = None;
        if self.at(b'{') {
            self.bump();
            let statements = self.statements();
            self.expect(b'}', "`}` at the end of the function");
            body = Some(statements);
            self.eat(b';');
        } else if !self.expect(b';', "`;` or a body in `{ }`") {
            return None;
        }
        let span = Span::new(start.start, self.last_end);
        Some(Function {
            is_entry,
            linkage,
            attributes,
            name,
            returns,
            params,
            directives,
            body,
            span,
            name_span,
        })
    }

    fn function_directive(&mut self) -> Option<FnDirective> {
        let at = self.tok.span;
        let word = self.dot().unwrap_or("");
        if word == "pragma" {
            let texts = self.pragma()?;
            self.eat(b';');
            return Some(FnDirective::Pragma(texts));
        }
        if matches!(word, "visible" | "extern" | "entry" | "func" | "global" | "reg" | "version" | "section")
        {
            self.error(at, format!("`.{word}` cannot stand here; is a `;` or a body missing before it?"));
            return None;
        }
        self.bump();
        let mut numbers = Vec::new();
        while self.tok.kind == Tok::Number {
            numbers.push(self.number("a number")?);
            if !self.eat(b',') {
                break;
            }
        }
        let three = |n: &[u32]| [n.first(), n.get(1), n.get(2)].map(|v| v.copied().unwrap_or(1));
        let out = match (word, numbers.as_slice()) {
            ("maxntid", n @ [_, ..]) if n.len() <= 3 => FnDirective::MaxNtid(three(n)),
            ("reqntid", n @ [_, ..]) if n.len() <= 3 => FnDirective::ReqNtid(three(n)),
            ("reqnctapercluster", n @ [_, ..]) if n.len() <= 3 => FnDirective::ReqNctaPerCluster(three(n)),
            ("minnctapersm", &[n]) => FnDirective::MinNctaPerSm(n),
            ("maxnctapersm", &[n]) => FnDirective::MaxNctaPerSm(n),
            ("maxnreg", &[n]) => FnDirective::MaxNreg(n),
            ("maxclusterrank", &[n]) => FnDirective::MaxClusterRank(n),
            ("noreturn", []) => FnDirective::NoReturn,
            ("explicitcluster", []) => FnDirective::ExplicitCluster,
            ("maxntid" | "reqntid" | "reqnctapercluster", _) => {
                self.error(at, format!("`.{word}` takes one to three numbers"));
                return None;
            }
            ("minnctapersm" | "maxnctapersm" | "maxnreg" | "maxclusterrank", _) => {
                self.error(at, format!("`.{word}` takes one number"));
                return None;
            }
            _ => {
                let numbers: Vec<_> = numbers.iter().map(u32::to_string).collect();
                FnDirective::Other(format!(".{word} {}", numbers.join(", ")).trim_end().to_owned())
            }
        };
        Some(out)
    }

    /// Statements up to the `}` that closes them, or the end.
    fn statements(&mut self) -> Vec<Stmt> {
        let mut out = Vec::new();
        loop {
            if self.at(b'}') || self.tok.kind == Tok::Eof {
                return out;
            }
            if self.tok.first_on_line
                && self.dot().is_some_and(|w| matches!(w, "visible" | "entry" | "func" | "version"))
            {
                self.error(self.tok.span, "the function before this has no closing `}`");
                return out;
            }
            let start = self.tok.span;
            if self.statement(&mut out).is_none() {
                self.recover();
                if self.tok.span == start {
                    self.bump();
                }
                out.push(Stmt::Unknown(Span::new(start.start, self.last_end.max(start.end))));
            }
        }
    }

    /// One statement. `None`: reported, and to be skipped.
    fn statement(&mut self, out: &mut Vec<Stmt>) -> Option<()> {
        let start = self.tok.span;
        match self.tok.kind {
            Tok::Punct(b';') => {
                self.bump();
                Some(())
            }
            Tok::Punct(b'{') => {
                let inner = self.nested(|p| {
                    p.bump();
                    Some(p.statements())
                })?;
                if !self.expect(b'}', "`}`") {
                    return Some(());
                }
                out.push(Stmt::Block(inner, Span::new(start.start, self.last_end)));
                Some(())
            }
            Tok::Punct(b'@') => {
                let guard = self.guard()?;
                let instr = self.instruction(Some(guard), start)?;
                out.push(Stmt::Instr(instr));
                self.end_of_statement();
                Some(())
            }
            Tok::Ident if self.is_label() => {
                let (label, span) = self.name("a label")?;
                self.bump();
                self.after_label(label, span, out)
            }
            Tok::Ident => {
                let instr = self.instruction(None, start)?;
                out.push(Stmt::Instr(instr));
                self.end_of_statement();
                Some(())
            }
            Tok::Dot => self.body_directive(out),
            _ => {
                self.expected("a statement");
                None
            }
        }
    }

    /// Is the identifier in hand followed by a colon?
    fn is_label(&self) -> bool {
        let rest = self.text.as_bytes().get(self.tok.span.end as usize..).unwrap_or(&[]);
        let mut rest = rest.iter().skip_while(|b| matches!(b, b' ' | b'\t'));
        rest.next() == Some(&b':')
    }

    fn body_directive(&mut self, out: &mut Vec<Stmt>) -> Option<()> {
        let start = self.tok.span;
        let word = self.dot().unwrap_or("");
        match word {
            "loc" => out.push(Stmt::Loc(self.loc()?)),
            "pragma" => {
                let texts = self.pragma()?;
                self.end_of_statement();
                out.push(Stmt::Pragma(texts, Span::new(start.start, self.last_end)));
            }
            "file" => out.push(Stmt::File(self.file()?)),
            "section" => out.push(Stmt::Section(self.section()?)),
            _ if StateSpace::parse(word).is_some()
                || Linkage::parse(word).is_some()
                || matches!(word, "align" | "attribute") =>
            {
                let variables = self.declaration(Linkage::Local, start)?;
                out.extend(variables.into_iter().map(Stmt::Variable));
            }
            _ => {
                self.error(start, format!("`.{}` cannot stand in a function", clip(word)));
                self.bump();
                return None;
            }
        }
        Some(())
    }

    /// What may follow `name:` on the same statement: a list of targets, a prototype, or nothing.
    fn after_label(&mut self, label: Symbol, start: Span, out: &mut Vec<Stmt>) -> Option<()> {
        match self.dot() {
            Some("branchtargets") => {
                let targets = self.names()?;
                out.push(Stmt::BranchTargets { label, targets, span: Span::new(start.start, self.last_end) });
            }
            Some("calltargets") => {
                let targets = self.names()?;
                out.push(Stmt::CallTargets { label, targets, span: Span::new(start.start, self.last_end) });
            }
            Some("callprototype") => {
                self.bump();
                let returns = if self.at(b'(') { self.parameters()? } else { Vec::new() };
                self.name("`_`")?;
                let params = if self.at(b'(') { self.parameters()? } else { Vec::new() };
                let mut noreturn = false;
                while self.tok.kind == Tok::Dot {
                    noreturn |= self.dot() == Some("noreturn");
                    self.bump();
                    while matches!(self.tok.kind, Tok::Number) {
                        self.bump();
                    }
                }
                self.end_of_statement();
                let span = Span::new(start.start, self.last_end);
                out.push(Stmt::CallPrototype { label, returns, params, noreturn, span });
            }
            _ => out.push(Stmt::Label(label, start)),
        }
        Some(())
    }

    /// `.directive a, b, c;` with the directive's word in hand.
    fn names(&mut self) -> Option<Vec<Symbol>> {
        self.bump();
        let mut out = vec![self.name("a name")?.0];
        while self.eat(b',') {
            out.push(self.name("a name")?.0);
        }
        self.end_of_statement();
        Some(out)
    }
}
