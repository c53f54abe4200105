//! Functions, lambdas and their parameters, and where they run.
//!
//! Execution space is read from the words before a name, macros of this file expanded; a macro of another file may say
//! anything, and marks the function as uncertain.

use super::*;

impl<'a> Builder<'a> {
    pub(super) fn function_definition(&mut self, node: Node<'a>) {
        let Some(declared) = node.child(Field::Declarator).and_then(|d| self.take_apart(d, node)) else {
            self.open(node, false);
            return;
        };
        let id = self.add_function(node, &declared);
        self.open(node, false);
        self.functions.push((node.end(), id));
    }

    pub(super) fn add_function(&mut self, node: Node<'a>, declared: &Declared<'a>) -> FunctionId {
        let symbol = self.declare(declared.name, node, SymbolKind::Function, declared.ty.clone());
        let exec = self.exec(node, declared.name);
        let (required, variadic) = declared.parameters.map_or((0, false), count_parameters);
        let template = self.syntax.node(node.id).ancestors().any(|a| a.kind() == Kind::TemplateDeclaration);
        let bounds = words_before(self.syntax, node, declared.name.range().start)
            .and_then(|range| find_bounds(self.text, range));
        let id = FunctionId(self.model.functions.len() as u32);
        self.model.functions.push(Function {
            symbol: Some(symbol),
            name: declared.name.text().to_owned(),
            node: node.id,
            body: node.child(Field::Body).map(|n| n.id),
            exec,
            parameters: Vec::new(),
            required,
            variadic,
            template,
            bounds,
            outer: None,
        });
        self.model.by_node.insert(node.id, id);
        self.model.extents.push((node.end(), self.function()));
        if let Some(s) = self.model.symbols.get_mut(symbol.0 as usize) {
            s.function = Some(id);
        }
        id
    }

    pub(super) fn lambda(&mut self, node: Node<'a>) {
        let outer = self.function();
        let inherited = outer.and_then(|f| self.model.function(f)).map_or(Exec::HOST, |f| f.exec);
        let mut exec = Exec { global: false, device: inherited.on_device(), ..inherited };
        let captures_end = node.child(Field::Captures).map_or(node.range().start, |c| c.range().end);
        let head_end = node.child(Field::Body).map_or(node.range().end, |b| b.range().start);
        let head = TextRange::new(captures_end, head_end).of(self.text);
        if head.contains("__device__") {
            exec = Exec { device: true, host: head.contains("__host__"), ..Exec::default() };
        }
        let id = FunctionId(self.model.functions.len() as u32);
        self.model.functions.push(Function {
            symbol: None,
            name: String::new(),
            node: node.id,
            body: node.child(Field::Body).map(|n| n.id),
            exec,
            parameters: Vec::new(),
            required: 0,
            variadic: true,
            template: false,
            bounds: None,
            outer,
        });
        self.model.by_node.insert(node.id, id);
        self.model.extents.push((node.end(), outer));
        self.open(node, false);
        self.functions.push((node.end(), id));
    }

    pub(super) fn parameter(&mut self, node: Node<'a>) {
        let mut parents = node.ancestors();
        let (Some(list), Some(owner)) = (parents.next(), parents.next()) else { return };
        let template = list.kind() == Kind::TemplateParameterList;
        let Some(declarator) = node.child(Field::Declarator) else {
            // `f(int)` has a parameter all the same.
            if list.kind() == Kind::ParameterList
                && !template
                && self.owns_parameters(owner)
                && node.text() != "void"
            {
                let ty = self.type_of_specifier(node);
                self.add_parameter(node, node, ty);
            }
            return;
        };
        let Some(declared) = self.take_apart(declarator, node) else { return };
        if template {
            self.declare(declared.name, node, SymbolKind::TemplateParameter, declared.ty);
        } else if owner.kind() == Kind::FunctionDeclarator && !self.owns_parameters(owner) {
            // A parameter of a function pointer's type, or an argument that looks like one.
        } else {
            self.add_parameter(declared.name, node, declared.ty);
        }
    }

    /// Whether this declarator is the one of the function now open, not of a pointer among its parameters.
    pub(super) fn owns_parameters(&self, declarator: Node<'a>) -> bool {
        let Some(function) = self.function().and_then(|f| self.model.function(f)) else { return false };
        if declarator.kind() != Kind::FunctionDeclarator {
            // A lambda's `(int i)`, a catch clause.
            return true;
        }
        let mut at = declarator;
        while let Some(parent) = at.parent() {
            if parent.id == function.node {
                return true;
            }
            match parent.kind() {
                Kind::PointerDeclarator | Kind::ReferenceDeclarator | Kind::InitDeclarator => at = parent,
                _ => return false,
            }
        }
        false
    }

    pub(super) fn add_parameter(&mut self, name: Node<'a>, node: Node<'a>, mut ty: Type) {
        // An array parameter is a pointer.
        if !ty.dims.is_empty() {
            ty.dims.remove(0);
            ty.pointers = ty.pointers.saturating_add(1);
        }
        let id = self.declare(name, node, SymbolKind::Parameter, ty);
        if let Some((_, f)) = self.functions.last()
            && let Some(function) = self.model.functions.get_mut(f.0 as usize)
        {
            function.parameters.push(id);
        }
    }

    pub(super) fn exec(&self, node: Node<'a>, name: Node<'a>) -> Exec {
        let mut exec = Exec::default();
        if let Some(range) = words_before(self.syntax, node, name.range().start) {
            self.read_exec(range.of(self.text), &mut exec, 0);
        }
        if !exec.on_device() {
            exec.host = true;
        }
        exec
    }

    pub(super) fn read_exec(&self, text: &str, exec: &mut Exec, depth: u8) {
        for word in words(text) {
            match word {
                "__global__" => exec.global = true,
                "__device__" => exec.device = true,
                "__host__" => exec.host = true,
                "constexpr" => exec.constexpr = true,
                _ => {
                    if let Some(m) = self.model.macro_named(word) {
                        // Another `#if` may give it another meaning.
                        exec.uncertain |= m.ambiguous;
                        if depth < 4 && m.parameters.is_none() {
                            let body = m.body.clone();
                            self.read_exec(&body, exec, depth + 1);
                        }
                    } else if is_foreign_qualifier(word) {
                        exec.uncertain = true;
                        exec.device |= word.contains("DEVICE");
                        exec.host |= word.contains("HOST") || word == "EIGEN_DEVICE_FUNC";
                    } else if word.len() > 1
                        && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit())
                    {
                        exec.uncertain = true;
                    }
                }
            }
        }
    }
}

/// What is written before a declaration's name, blanked words included.
pub(crate) fn words_before(syntax: &Syntax, node: Node<'_>, name: u32) -> Option<TextRange> {
    let before = NodeId(node.id.0.checked_sub(1)?);
    let before = syntax.node(before);
    let parent = node.parent()?;
    let start = if before.id == parent.id { parent.range().start } else { before.range().end };
    Some(TextRange::new(start.min(node.range().start), name))
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty())
}

pub(super) fn is_foreign_qualifier(word: &str) -> bool {
    ["_CCCL_", "CCCL_", "CUTLASS_", "CUTE_", "MUTLASS_", "MUTE_", "C10_", "EIGEN_DEVICE", "THRUST_"]
        .iter()
        .any(|p| word.starts_with(p))
        && (word.contains("DEVICE") || word.contains("HOST"))
}

pub(super) fn find_bounds(text: &str, range: TextRange) -> Option<TextRange> {
    let before = range.of(text);
    let at = before.find("__launch_bounds__")?;
    let rest = before.get(at..)?;
    let open = rest.find('(')?;
    let mut depth = 0i32;
    for (i, b) in rest.bytes().enumerate().skip(open) {
        match b {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let base = range.start + at as u32;
            return Some(TextRange::new(base + open as u32 + 1, base + i as u32));
        }
    }
    None
}

pub(super) fn count_parameters(list: Node<'_>) -> (usize, bool) {
    let mut required = 0;
    let mut variadic = list.children().any(|n| n.is_token() && n.text() == "...");
    for item in list.items() {
        match item.kind() {
            Kind::ParameterDeclaration if item.text() != "void" => required += 1,
            Kind::OptionalParameterDeclaration | Kind::ParameterDeclaration => {}
            _ => variadic = true,
        }
    }
    (required, variadic)
}
