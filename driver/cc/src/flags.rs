//! Every option of nvcc's and mcc's that has a meaning here, as one table.

use crate::options::Action;

/// What an option does.
#[derive(Clone, Copy)]
pub(crate) enum Does {
    /// Sets the action.
    Act(Action),
    /// `-w`
    NoWarnings,
    /// Passes the flag and its value, separate.
    BothValue,
    /// Passes the flag to the host pass only.
    Host,
    /// Passes the flag and its value to the host pass only.
    HostValue,
    /// Passes comma-separated flags to the host pass and the link.
    HostList,
    /// Passes comma-separated flags to the linker.
    LinkerList,
    /// `-L` and its value.
    LibraryPath,
    /// `-l` and its value.
    Library,
    /// Accepted; means nothing here, and says nothing.
    Quiet,
    /// The same with a value.
    QuietValue,
    /// Accepted with a note that it has no effect.
    Noted,
    /// The same with a value.
    NotedValue,
    Arch,
    Gencode,
    OffloadArch,
    Output,
    OutputFolder,
    Include,
    Define,
    Undefine,
    IncludeFolder,
    SystemFolder,
    Language,
    Standard,
    DeviceDebug,
    LineInfo,
    FastMath,
    Ftz,
    PrecDiv,
    PrecSqrt,
    Fmad,
    Relocatable,
    Shared,
    Runtime,
    DryRun,
    Verbose,
    Run,
    RunArguments,
    Keep,
    KeepFolder,
    CompileRelocatable,
    ResponseFile,
    Werror,
    DependencyFile,
    DependencyName,
    DependencyTarget,
    ExtendedLambda,
    DefaultStream,
}

use Does::*;

/// Names of one option and what it does.
type Row = (&'static [&'static str], Does);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    (&["-c", "--compile"], Act(Action::Compile)),
    (&["-dc", "--device-c"], CompileRelocatable),
    (&["-dw", "--device-w"], Act(Action::Compile)),
    (&["-ptx", "--ptx", "-S"], Act(Action::Ptx)),
    (&["-fatbin", "--fatbin"], Act(Action::Fatbin)),
    (&["-E", "--preprocess"], Act(Action::Preprocess)),
    (&["-M", "--generate-dependencies", "-MM", "--generate-nonsystem-dependencies"], Act(Action::Dependencies)),
    (&["-dlink", "--device-link"], Act(Action::DeviceLink)),
    (&["-lib", "--lib"], Act(Action::Archive)),
    (&["-link", "--link"], Act(Action::Link)),
    (&["--version", "-V"], Act(Action::Version)),
    (&["--print-folders"], Act(Action::Folders)),
    (&["--cmake-toolchain"], Act(Action::Toolchain)),
    (&["-o", "--output-file"], Output),
    (&["-odir", "--output-directory"], OutputFolder),
    (&["-arch", "--gpu-architecture"], Arch),
    (&["-code", "--gpu-code"], QuietValue),
    (&["-gencode", "--generate-code"], Gencode),
    (&["--offload-arch", "--cuda-gpu-arch"], OffloadArch),
    (&["-include", "--pre-include"], Include),
    (&["-D", "--define-macro"], Define),
    (&["-U", "--undefine-macro"], Undefine),
    (&["-I", "--include-path"], IncludeFolder),
    (&["-isystem", "--system-include"], SystemFolder),
    (&["-L", "--library-path"], LibraryPath),
    (&["-l", "--library"], Library),
    (&["-x"], Language),
    (&["-std", "--std"], Standard),
    (&["-Xcompiler", "--compiler-options"], HostList),
    (&["-Xlinker", "--linker-options"], LinkerList),
    (&["-G", "--device-debug"], DeviceDebug),
    (&["-lineinfo", "--generate-line-info"], LineInfo),
    (&["-g", "--debug"], Host),
    (&["-pg", "--profile"], Host),
    (&["-use_fast_math", "--use_fast_math"], FastMath),
    (&["-ftz", "--ftz"], Ftz),
    (&["-prec-div", "--prec-div"], PrecDiv),
    (&["-prec-sqrt", "--prec-sqrt"], PrecSqrt),
    (&["-fmad", "--fmad"], Fmad),
    (&["-rdc", "--relocatable-device-code"], Relocatable),
    (&["-shared", "--shared"], Shared),
    (&["-cudart", "--cudart"], Runtime),
    (&["-dryrun", "--dryrun"], DryRun),
    (&["-v", "--verbose"], Verbose),
    (&["-run", "--run"], Run),
    (&["-run-args", "--run-args"], RunArguments),
    (&["-Xarchive", "--archive-options"], NotedValue),
    (&["-err-no", "--display-error-number", "-no-err-no", "--no-display-error-number"], Quiet),
    (&["-no-compress", "--no-compress", "-compress-mode", "--compress-mode"], Quiet),
    (&["-ewp", "--extensible-whole-program", "-no-host-device-move-forward", "--no-exceptions"], Quiet),
    (&["-optf", "--options-file"], ResponseFile),
    (&["-Werror", "--Werror"], Werror),
    (&["-w", "--disable-warnings"], NoWarnings),
    (&["-Wall", "-Wextra", "-pedantic", "-fPIC", "-fpic", "-fPIE", "-pthread", "-ansi"], Host),
    (&["-fno-exceptions", "-fno-rtti", "-fexceptions", "-fvisibility=hidden"], Host),
    (&["-fopenmp", "-march=native", "-mtune=native", "-ffunction-sections", "-fdata-sections"], Host),
    (&["-MD", "-MMD", "--generate-dependencies-with-compile", "--generate-nonsystem-dependencies-with-compile"], DependencyFile),
    (&["-MP", "--generate-dependency-targets"], Host),
    (&["-MF", "--dependency-output"], DependencyName),
    (&["-MT", "--dependency-target-name", "-MQ"], DependencyTarget),
    (&["-extended-lambda", "--extended-lambda", "-expt-extended-lambda", "--expt-extended-lambda"], ExtendedLambda),
    (&["-expt-relaxed-constexpr", "--expt-relaxed-constexpr"], Quiet),
    (&["-default-stream", "--default-stream"], DefaultStream),
    (&["-m64", "-m", "--machine"], Quiet),
    (&["-t", "--threads", "-split-compile", "--split-compile", "-jobserver", "--jobserver"], QuietValue),
    (&["-diag-suppress", "--diag-suppress", "-diag-error", "--diag-error", "-diag-warn", "--diag-warn"], QuietValue),
    (&["-Xcudafe", "--cudafe-options"], QuietValue),
    (&["-allow-unsupported-compiler", "--allow-unsupported-compiler", "-Wno-deprecated-gpu-targets"], Quiet),
    (&["-Wreorder", "--Wreorder", "-Wmissing-launch-bounds", "-Wdefault-stream-launch"], Quiet),
    (&["-keep", "--keep", "-save-temps", "--save-temps"], Keep),
    (&["-keep-dir", "--keep-dir"], KeepFolder),
    (&["-clean-targets", "-noprof", "-nohdinitlist", "-restrict", "--restrict"], Quiet),
    (&["-time", "--time", "-idp", "--input-drive-prefix"], QuietValue),
    (&["-forward-unknown-to-host-compiler", "--forward-unknown-to-host-compiler"], Quiet),
    (&["-forward-unknown-opts", "--forward-unknown-opts", "-src-in-ptx", "--source-in-ptx"], Quiet),
    (&["-res-usage", "--resource-usage", "-extra-device-vectorization", "-dlto", "-lto", "--dlink-time-opt"], Noted),
    (&["-ccbin", "--compiler-bindir"], QuietValue),
    (&["-maxrregcount", "--maxrregcount"], NotedValue),
    (&["-Xptxas", "--ptxas-options", "-Xnvlink", "--nvlink-options", "-Xfatbin"], NotedValue),
    (&["-cudadevrt", "--cudadevrt", "-gen-opt-lto", "-minimal", "--minimal"], QuietValue),
    (&["--musa-path", "--cuda-path", "-mtgpu-arch"], QuietValue),
    (&["-Xclang", "-mllvm", "-target"], BothValue),
    (&["-framework", "-iquote", "-idirafter", "-imacros"], HostValue),
];

/// Options whose value may be joined without `=`.
pub(crate) const JOINED: [&str; 8] = ["-I", "-D", "-U", "-L", "-l", "-isystem", "-o", "-t"];

/// What an option of this name does.
pub(crate) fn known(name: &str) -> Option<Does> {
    TABLE.iter().find(|(names, _)| names.contains(&name)).map(|&(_, does)| does)
}

/// Whether an option has a value.
pub(crate) fn takes_value(does: Does) -> bool {
    matches!(
        does,
        BothValue
            | HostValue
            | HostList
            | LinkerList
            | LibraryPath
            | Library
            | QuietValue
            | NotedValue
            | Arch
            | Gencode
            | OffloadArch
            | Output
            | OutputFolder
            | Include
            | Define
            | Undefine
            | IncludeFolder
            | SystemFolder
            | Language
            | Standard
            | Ftz
            | PrecDiv
            | PrecSqrt
            | Fmad
            | Relocatable
            | RunArguments
            | KeepFolder
            | Runtime
            | ResponseFile
            | Werror
            | DependencyName
            | DependencyTarget
            | DefaultStream
    )
}
