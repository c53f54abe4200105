//! The verbs. Adding one: `pub mod NAME;`, one line in `verbs!`, and one in README.md's table (a test looks).
//!
//! A verb's file has `pub struct Args` (clap) and `pub fn run(args: Args) -> anyhow::Result<ExitCode>`; its doc
//! line here is its help text. Verbs do not call one another.

pub mod cc;
pub mod devices;
pub mod doctor;
pub mod explain;
pub mod inspect;
pub mod lint;
pub mod lsp;
pub mod profile;
pub mod run;

// `verbs! { /// Doc. inspect: Inspect }` expands to
//   pub enum Verb { /// Doc. Inspect(inspect::Args) }
//   impl Verb { pub fn run(self) -> … { match self { Verb::Inspect(args) => inspect::run(args) } } }
macro_rules! verbs {
    ($($(#[$doc:meta])* $module:ident: $variant:ident),* $(,)?) => {
        /// What `warplens` can be asked to do.
        #[derive(clap::Subcommand)]
        pub enum Verb { $($(#[$doc])* $variant($module::Args)),* }

        impl Verb {
            /// Runs the verb; the value is the process's exit status.
            pub fn run(self) -> anyhow::Result<std::process::ExitCode> {
                match self { $(Verb::$variant(args) => $module::run(args)),* }
            }
        }
    };
}

verbs! {
    /// Compile CUDA and MUSA programs with clang and our own headers; takes nvcc's and mcc's flags
    cc: Cc,
    /// List device models, or show one model's figures and where they come from
    devices: Devices,
    /// Say what is here of compilers, tools and GPUs, and what to install for what
    doctor: Doctor,
    /// Say what a metric or a rule means, and what to do about it
    explain: Explain,
    /// Show what a PTX file, fatbin, cubin, mubin, offload bundle, archive or executable holds
    inspect: Inspect,
    /// Serve editors: the language server for CUDA, MUSA and PTX
    lsp: Lsp,
    /// Find mistakes and slow spots in CUDA and MUSA code, for editors and CI
    lint: Lint,
    /// Run a kernel on the embedded device, check its results, and report exact counters, hot lines and advice
    profile: Profile,
    /// Run a CUDA or MUSA program on embedded devices
    run: Run,
}
