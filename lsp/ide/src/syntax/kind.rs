//! Names of the grammar's node kinds and fields as enums, so that rules dispatch on small numbers.
//!
//! Only kinds that some code asks for are listed; all others are [`Kind::Other`] (named) or [`Kind::Token`] (punctuation
//! and keywords). A test checks that each listed name exists in the grammar.

use std::sync::OnceLock;

macro_rules! kinds {
    ($($variant:ident = $name:literal,)*) => {
        /// What a syntax node is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs)] // each variant is the grammar's own name in camel case
        pub enum Kind { Other, Token, Error, $($variant,)* }

        impl Kind {
            /// Every kind with its name in the grammar.
            pub const NAMED: &'static [(Kind, &'static str)] = &[$((Kind::$variant, $name),)*];
        }
    };
}

kinds! {
    AbstractArrayDeclarator = "abstract_array_declarator",
    AbstractPointerDeclarator = "abstract_pointer_declarator",
    AbstractReferenceDeclarator = "abstract_reference_declarator",
    AccessSpecifier = "access_specifier",
    AliasDeclaration = "alias_declaration",
    ArgumentList = "argument_list",
    ArrayDeclarator = "array_declarator",
    AssignmentExpression = "assignment_expression",
    AttributedDeclarator = "attributed_declarator",
    BinaryExpression = "binary_expression",
    BreakStatement = "break_statement",
    CallExpression = "call_expression",
    CaseStatement = "case_statement",
    CastExpression = "cast_expression",
    CatchClause = "catch_clause",
    CharLiteral = "char_literal",
    ClassSpecifier = "class_specifier",
    CommaExpression = "comma_expression",
    Comment = "comment",
    CompoundLiteral = "compound_literal_expression",
    CompoundStatement = "compound_statement",
    ConcatenatedString = "concatenated_string",
    ConditionClause = "condition_clause",
    ConditionalExpression = "conditional_expression",
    ContinueStatement = "continue_statement",
    Declaration = "declaration",
    DeclarationList = "declaration_list",
    DeleteExpression = "delete_expression",
    DestructorName = "destructor_name",
    DoStatement = "do_statement",
    ElseClause = "else_clause",
    EnumSpecifier = "enum_specifier",
    Enumerator = "enumerator",
    EnumeratorList = "enumerator_list",
    ExpressionStatement = "expression_statement",
    False = "false",
    FieldDeclaration = "field_declaration",
    FieldDeclarationList = "field_declaration_list",
    FieldExpression = "field_expression",
    FieldIdentifier = "field_identifier",
    FieldInitializer = "field_initializer",
    ForRangeLoop = "for_range_loop",
    ForStatement = "for_statement",
    FriendDeclaration = "friend_declaration",
    FunctionDeclarator = "function_declarator",
    FunctionDefinition = "function_definition",
    GnuAsm = "gnu_asm_expression",
    GotoStatement = "goto_statement",
    Identifier = "identifier",
    IfStatement = "if_statement",
    InitDeclarator = "init_declarator",
    InitStatement = "init_statement",
    InitializerList = "initializer_list",
    KernelCallSyntax = "kernel_call_syntax",
    LabeledStatement = "labeled_statement",
    LambdaExpression = "lambda_expression",
    LaunchBounds = "launch_bounds",
    LinkageSpecification = "linkage_specification",
    NamespaceDefinition = "namespace_definition",
    NamespaceIdentifier = "namespace_identifier",
    NewExpression = "new_expression",
    Null = "null",
    NumberLiteral = "number_literal",
    OperatorCast = "operator_cast",
    OperatorName = "operator_name",
    OptionalParameterDeclaration = "optional_parameter_declaration",
    OptionalTypeParameterDeclaration = "optional_type_parameter_declaration",
    ParameterDeclaration = "parameter_declaration",
    ParameterList = "parameter_list",
    ParenthesizedDeclarator = "parenthesized_declarator",
    ParenthesizedExpression = "parenthesized_expression",
    PlaceholderType = "placeholder_type_specifier",
    PointerDeclarator = "pointer_declarator",
    PointerExpression = "pointer_expression",
    PreprocArg = "preproc_arg",
    PreprocCall = "preproc_call",
    PreprocDef = "preproc_def",
    PreprocDefined = "preproc_defined",
    PreprocElif = "preproc_elif",
    PreprocElse = "preproc_else",
    PreprocFunctionDef = "preproc_function_def",
    PreprocIf = "preproc_if",
    PreprocIfdef = "preproc_ifdef",
    PreprocInclude = "preproc_include",
    PreprocParams = "preproc_params",
    PrimitiveType = "primitive_type",
    QualifiedIdentifier = "qualified_identifier",
    RawStringLiteral = "raw_string_literal",
    ReferenceDeclarator = "reference_declarator",
    ReturnStatement = "return_statement",
    SizedType = "sized_type_specifier",
    SizeofExpression = "sizeof_expression",
    StatementIdentifier = "statement_identifier",
    StorageClass = "storage_class_specifier",
    StringContent = "string_content",
    StringLiteral = "string_literal",
    StructSpecifier = "struct_specifier",
    StructuredBinding = "structured_binding_declarator",
    SubscriptArgumentList = "subscript_argument_list",
    SubscriptExpression = "subscript_expression",
    SwitchStatement = "switch_statement",
    SystemLibString = "system_lib_string",
    TemplateArgumentList = "template_argument_list",
    TemplateDeclaration = "template_declaration",
    TemplateFunction = "template_function",
    TemplateMethod = "template_method",
    TemplateParameterList = "template_parameter_list",
    TemplateType = "template_type",
    ThrowStatement = "throw_statement",
    TranslationUnit = "translation_unit",
    True = "true",
    TryStatement = "try_statement",
    TypeDefinition = "type_definition",
    TypeDescriptor = "type_descriptor",
    TypeIdentifier = "type_identifier",
    TypeParameterDeclaration = "type_parameter_declaration",
    TypeQualifier = "type_qualifier",
    UnaryExpression = "unary_expression",
    UnionSpecifier = "union_specifier",
    UpdateExpression = "update_expression",
    UsingDeclaration = "using_declaration",
    VariadicTypeParameterDeclaration = "variadic_type_parameter_declaration",
    WhileStatement = "while_statement",
}

macro_rules! fields {
    ($($variant:ident = $name:literal,)*) => {
        /// The role a node plays in its parent.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)] // each variant is the grammar's own field name in camel case
        pub enum Field { None, Other, $($variant,)* }

        impl Field {
            /// Every field with its name in the grammar.
            pub const NAMED: &'static [(Field, &'static str)] = &[$((Field::$variant, $name),)*];
        }
    };
}

fields! {
    Alternative = "alternative",
    Argument = "argument",
    Arguments = "arguments",
    AssemblyCode = "assembly_code",
    Base = "base",
    Body = "body",
    Captures = "captures",
    Condition = "condition",
    Consequence = "consequence",
    Declarator = "declarator",
    DefaultType = "default_type",
    DefaultValue = "default_value",
    Directive = "directive",
    Function = "function",
    Indices = "indices",
    Initializer = "initializer",
    Label = "label",
    Left = "left",
    Length = "length",
    Name = "name",
    Operator = "operator",
    Parameters = "parameters",
    Path = "path",
    Right = "right",
    Scope = "scope",
    Size = "size",
    Type = "type",
    Update = "update",
    Value = "value",
}

/// Maps the grammar's numbers to ours.
pub(super) struct Tables {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

impl Tables {
    pub(super) fn get() -> &'static Tables {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(|| {
            let language: tree_sitter::Language = tree_sitter_cuda::LANGUAGE.into();
            let kinds = (0..language.node_kind_count() as u16)
                .map(|id| {
                    let name = language.node_kind_for_id(id).unwrap_or("");
                    if !language.node_kind_is_named(id) {
                        return Kind::Token;
                    }
                    Kind::NAMED.iter().find(|(_, n)| *n == name).map_or(Kind::Other, |(k, _)| *k)
                })
                .collect();
            let fields = (0..=language.field_count() as u16)
                .map(|id| match language.field_name_for_id(id) {
                    None => Field::None,
                    Some(name) => {
                        Field::NAMED.iter().find(|(_, n)| *n == name).map_or(Field::Other, |(f, _)| *f)
                    }
                })
                .collect();
            Tables { kinds, fields }
        })
    }

    pub(super) fn kind(&self, id: u16) -> Kind {
        // u16::MAX is tree-sitter's own ERROR node.
        if id == u16::MAX { Kind::Error } else { self.kinds.get(id as usize).copied().unwrap_or(Kind::Other) }
    }

    pub(super) fn field(&self, id: Option<std::num::NonZeroU16>) -> Field {
        id.and_then(|id| self.fields.get(id.get() as usize).copied()).unwrap_or(Field::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_is_in_the_grammar() {
        let language: tree_sitter::Language = tree_sitter_cuda::LANGUAGE.into();
        for (kind, name) in Kind::NAMED {
            assert_ne!(language.id_for_node_kind(name, true), 0, "{kind:?}: no node kind {name}");
        }
        for (field, name) in Field::NAMED {
            assert!(language.field_id_for_name(name).is_some(), "{field:?}: no field {name}");
        }
    }
}
