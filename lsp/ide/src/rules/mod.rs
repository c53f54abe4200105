//! The registry of rules: one line a rule, one file a rule.
//!
//! A rule's file begins with its manual, which is what `warplens explain`, the hover and the book show. Codes are
//! stable: a code is never given to another rule, and a removed rule leaves its code unused.

mod affine;
mod context;
mod origin;

pub use context::Context;

use crate::commands::Command;
use crate::compiled::Compiled;
use crate::config::{Config, Level};
use crate::diagnostics::Findings;
use crate::model::{Call, Function, Launch};
use crate::{Kind, Node};

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Barriers, warps, races.
    Synchronisation,
    /// Memory spaces, alignment, bounds.
    Memory,
    /// Launches, blocks, occupancy.
    Launch,
    /// Numbers and their cost.
    Arithmetic,
    /// What runs where.
    HostDevice,
    /// MUSA, and running on devices of other makes.
    Portability,
    /// What compilers say.
    Compile,
}

impl Category {
    /// The heading for it.
    pub fn title(self) -> &'static str {
        match self {
            Category::Synchronisation => "Synchronisation",
            Category::Memory => "Memory",
            Category::Launch => "Launch and occupancy",
            Category::Arithmetic => "Arithmetic",
            Category::HostDevice => "Host and device",
            Category::Portability => "MUSA and portability",
            Category::Compile => "Compiling",
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// Nodes of these kinds.
    Nodes(&'static [Kind], fn(&Context<'_>, Node<'_>, &mut Findings)),
    /// Functions, kernels and lambdas.
    Functions(fn(&Context<'_>, &Function, &mut Findings)),
    /// Launches.
    Launches(fn(&Context<'_>, &Launch, &mut Findings)),
    /// Calls.
    Calls(fn(&Context<'_>, &Call, &mut Findings)),
    /// The file as a whole.
    File(fn(&Context<'_>, &mut Findings)),
    /// What a compile of the file told: the deep tier.
    Compiled(fn(&Context<'_>, &Compiled, &mut Findings)),
    /// The commands of a `compile_commands.json`.
    Commands(fn(&Config, &[Command], &mut Findings)),
}

/// A rule.
pub struct Rule {
    /// Stable code.
    pub code: &'static str,
    /// Name: what is wrong, as it reads after "allow".
    pub name: &'static str,
    /// How loud it is unless told otherwise.
    pub level: Level,
    /// What it is about.
    pub category: Category,
    source: &'static str,
    pub(crate) check: Check,
}

impl Rule {
    /// Whether it needs the document compiled.
    pub fn needs_compile(&self) -> bool {
        matches!(self.check, Check::Compiled(_))
    }

    /// Whether it looks at `compile_commands.json`.
    pub fn reads_commands(&self) -> bool {
        matches!(self.check, Check::Commands(_))
    }

    /// Its manual, in Markdown: the head of its source file.
    pub fn manual(&self) -> String {
        let mut manual = String::new();
        for line in self.source.lines() {
            let Some(text) = line.strip_prefix("//!") else { break };
            manual.push_str(text.strip_prefix(' ').unwrap_or(text));
            manual.push('\n');
        }
        manual
    }

    /// Its manual's first sentence.
    pub fn summary(&self) -> String {
        let manual = self.manual();
        let mut lines = manual.lines().skip_while(|l| l.starts_with('#') || l.is_empty());
        let paragraph: Vec<&str> = lines.by_ref().take_while(|l| !l.is_empty()).collect();
        paragraph.join(" ")
    }
}

macro_rules! registry {
    ($($code:literal $name:literal $module:ident $level:ident $category:ident,)*) => {
        $(mod $module;)*

        /// Every rule, by code.
        pub static RULES: &[Rule] = &[$(Rule {
            code: $code,
            name: $name,
            level: Level::$level,
            category: Category::$category,
            source: include_str!(concat!(stringify!($module), ".rs")),
            check: $module::CHECK,
        },)*];
    };
}

registry! {
    "WL001" "divergent-barrier" divergent_barrier Error Synchronisation,
    "WL004" "missing-warp-sync" missing_warp_sync Warning Synchronisation,
    "WL005" "legacy-warp-intrinsic" legacy_warp_intrinsic Error Synchronisation,
    "WL006" "partial-warp-mask" partial_warp_mask Warning Synchronisation,
    "WL007" "barrier-after-early-return" barrier_after_early_return Warning Synchronisation,
    "WL008" "mismatched-named-barrier" mismatched_named_barrier Error Synchronisation,
    "WL011" "misaligned-vector-access" misaligned_vector_access Error Memory,
    "WL013" "missing-bounds-guard" missing_bounds_guard Warning Memory,
    "WL014" "shared-array-overflow" shared_array_overflow Error Memory,
    "WL015" "dynamic-shared-size-mismatch" dynamic_shared_size_mismatch Error Memory,
    "WL016" "register-spill" register_spill Warning Memory,
    "WL017" "dynamically-indexed-local-array" dynamically_indexed_local_array Info Memory,
    "WL018" "divergent-constant-access" divergent_constant_access Info Memory,
    "WL019" "contended-atomic" contended_atomic Info Memory,
    "WL020" "host-pointer-in-kernel" host_pointer_in_kernel Error Memory,
    "WL021" "returned-shared-address" returned_shared_address Warning Memory,
    "WL022" "uninitialised-shared-read" uninitialised_shared_read Warning Memory,
    "WL023" "oversized-block" oversized_block Error Launch,
    "WL024" "oversized-grid" oversized_grid Error Launch,
    "WL025" "oversized-shared-memory" oversized_shared_memory Error Launch,
    "WL026" "partial-warp-block" partial_warp_block Warning Launch,
    "WL027" "launch-argument-mismatch" launch_argument_mismatch Error Launch,
    "WL028" "unchecked-launch" unchecked_launch Info Launch,
    "WL029" "unchecked-api-call" unchecked_api_call Hint Launch,
    "WL030" "low-occupancy" low_occupancy Info Launch,
    "WL031" "missing-launch-bounds" missing_launch_bounds Off Launch,
    "WL032" "launch-in-loop" launch_in_loop Hint Launch,
    "WL033" "sync-in-loop" sync_in_loop Info Launch,
    "WL034" "allocation-in-loop" allocation_in_loop Warning Launch,
    "WL035" "double-literal-in-float-code" double_literal_in_float_code Warning Arithmetic,
    "WL036" "slow-integer-division" slow_integer_division Hint Arithmetic,
    "WL037" "implicit-double-promotion" implicit_double_promotion Info Arithmetic,
    "WL038" "slow-math-function" slow_math_function Info Arithmetic,
    "WL039" "fp64-on-slow-device" fp64_on_slow_device Info Arithmetic,
    "WL040" "int-overflow-in-index" int_overflow_in_index Warning Arithmetic,
    "WL041" "host-call-from-device" host_call_from_device Error HostDevice,
    "WL042" "device-call-from-host" device_call_from_host Error HostDevice,
    "WL043" "kernel-not-void" kernel_not_void Error HostDevice,
    "WL044" "thrown-exception-in-device" thrown_exception_in_device Error HostDevice,
    "WL045" "missing-stream-sync-before-read" missing_stream_sync_before_read Warning HostDevice,
    "WL046" "pageable-async-copy" pageable_async_copy Warning HostDevice,
    "WL047" "mixed-cuda-musa-api" mixed_cuda_musa_api Error HostDevice,
    "WL048" "warp-size-literal" warp_size_literal Warning Portability,
    "WL049" "inline-ptx" inline_ptx Warning Portability,
    "WL050" "arch-guard-needs-musa-twin" arch_guard_needs_musa_twin Warning Portability,
    "WL051" "unverified-musa-name" unverified_musa_name Info Portability,
    "WL052" "unsupported-on-musa" unsupported_on_musa Warning Portability,
    "WL053" "cuda-header-in-musa" cuda_header_in_musa Warning Portability,
    "WL054" "shared-memory-over-musa-limit" shared_memory_over_musa_limit Warning Portability,
    "WL055" "unsupported-compile-flag" unsupported_compile_flag Warning Portability,
    "WL056" "compiler-error" compiler_error Error Compile,
    "WL057" "inline-ptx-error" inline_ptx_error Error Compile,
}

/// The rule of this name or code.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.name == name || r.code.eq_ignore_ascii_case(name))
}

/// A rule's manual with its code and default level, for people.
pub fn explain(name: &str) -> Option<String> {
    let rule = find(name)?;
    let level = if rule.level == Level::Off { "off (opt in)" } else { rule.level.word() };
    let (title, rest) = rule.manual().split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some(format!("{title}\n\nCode {}, {}, default level: {level}.\n{rest}", rule.code, rule.category.title()))
}
