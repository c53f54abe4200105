//! The translation as a table: what nvcc and mcc are given, and what is left of it for clang.

use super::*;

fn translated(line: &str) -> Translated {
    let headers = Headers::Own(PathBuf::from("/own"));
    let target = Target {
        headers: &headers,
        holds_vendor_headers: &|p| p.starts_with("/usr/local/cuda"),
        response_file: &|p| {
            (p == Path::new("/p/build/flags.rsp")).then(|| "-DFROM_FILE @flags.rsp".to_owned())
        },
    };
    translate(&split_command(line), Path::new("/p/build"), &target)
}

fn flags(line: &str) -> String {
    translated(line).flags.join(" ")
}

#[test]
fn the_flags_of_an_ordinary_nvcc_build_leave_what_the_parser_needs() {
    let line = "/usr/local/cuda/bin/nvcc -forward-unknown-to-host-compiler -ccbin=/usr/bin/g++ -DNDEBUG \
        --options-file flags.rsp -I../include -isystem=/usr/local/cuda/include -O3 -DNAME=\\\"x\\\" \
        --generate-code=arch=compute_70,code=[compute_70,sm_70] -gencode arch=compute_86,code=sm_86 \
        --expt-relaxed-constexpr --extended-lambda -Xcompiler=-fPIC,-Wall -Xcompiler \"-fopenmp -Wextra\" \
        -rdc=true -lineinfo --use_fast_math -std=c++17 -maxrregcount 64 -Xptxas -v,-O3 -Xcudafe --display_error_number \
        --threads 4 -t4 --default-stream per-thread -x cu -c ../a.cu -o CMakeFiles/a.o -MD -MT a.o -MF a.d -lcublas -L/x";
    assert_eq!(
        flags(line),
        "-DNDEBUG -DFROM_FILE -I../include -O3 -DNAME=\"x\" -D__CUDACC_RELAXED_CONSTEXPR__ \
         -D__CUDACC_EXTENDED_LAMBDA__ -fPIC -Wall -fopenmp -Wextra -std=c++17"
    );
    assert_eq!(translated(line).sm, Some(86));
    assert!(translated(line).cuda);
}

#[test]
fn werror_takes_a_kind_from_nvcc_and_nothing_from_gcc() {
    assert_eq!(
        flags("nvcc -Werror all-warnings -DA -Xcompiler -Werror,-Wall -Werror -DB a.cu"),
        "-DA -Wall -DB"
    );
}

#[test]
fn long_spellings_become_clangs() {
    assert_eq!(
        flags(
            "nvcc --include-path=a,b --define-macro X=1 --std c++20 --pre-include p.h --system-include s a.cu"
        ),
        "-Ia -Ib -DX=1 -std=c++20 -include p.h -isystem s"
    );
}

#[test]
fn mcc_architectures_are_kept_apart_from_nvidias() {
    let t = translated("mcc --offload-arch=mp_21 --cuda-gpu-arch=mp_31 -x musa -mtgpu a.mu");
    assert_eq!((t.sm, t.mp, t.cuda), (None, Some(31), true));
    assert_eq!(t.flags, Vec::<String>::new());
}

#[test]
fn the_newest_architecture_wins_and_is_one_that_clang_knows() {
    let t = translated("nvcc -arch=sm_120a a.cu");
    assert_eq!(t.sm, Some(120));
    let line = command(&t, Path::new("/p/a.cu"), Dialect::Cuda, Pass::Device, &Headers::None);
    assert!(line.contains(&"--cuda-gpu-arch=sm_90".to_owned()), "{line:?}");
    assert_eq!(translated("nvcc -arch=native a.cu").sm, None);
}

#[test]
fn a_host_source_gets_our_headers_and_no_cuda_flags() {
    let headers = Headers::Own(PathBuf::from("/own"));
    let line = command(&Translated::default(), Path::new("/p/m.cpp"), Dialect::Host, Pass::Host, &headers);
    assert!(line.windows(2).any(|w| w == ["-isystem", "/own/cuda"]), "{line:?}");
    assert!(!line.iter().any(|f| f.starts_with("--cuda-")), "{line:?}");
}

#[test]
fn half_a_command_is_no_panic() {
    for end in ["-gencode", "-Xcompiler", "-I", "-x", "-o", "--options-file", "-isystem", "@", "-rdc", "--"] {
        let _ = flags(&format!("nvcc {end}"));
    }
    assert_eq!(split_command("a 'b c\" d\\"), ["a", "b c\" d\\"]);
}
