//! Launch files bound to kernels: shapes, buffers, fills and what is refused.

use std::path::Path;

use warplens_sim::launch::{KernelId, ModuleId};

use super::*;

fn param(offset: u32, size: u32, ty: &str) -> ParamInfo {
    ParamInfo { name: format!("p{offset}"), offset, size, align: size.min(8), ty: ty.into() }
}

fn info(name: &str, params: Vec<ParamInfo>) -> KernelInfo {
    let param_bytes = params.iter().map(|p| p.offset + p.size).max().unwrap_or(0);
    KernelInfo {
        id: KernelId { module: ModuleId(0), func: 0 },
        name: name.into(),
        params,
        param_bytes,
        registers: 10,
        static_shared: 0,
        local: 0,
        barriers: 0,
        max_threads: None,
    }
}

fn saxpy() -> KernelInfo {
    info(
        "_Z5saxpyifPKfPf",
        vec![param(0, 4, "u32"), param(4, 4, "f32"), param(8, 8, "u64"), param(16, 8, "u64")],
    )
}

fn file(kernel: &str, args: &str) -> LaunchFile {
    let text = format!(
        "[buffers.x]\ntype = 'f32'\nlen = 4\n[buffers.y]\ntype = 'f32'\nlen = 4\n\
         [[launch]]\nkernel = '{kernel}'\ngrid = [1]\nblock = [32]\nargs = [{args}]\n"
    );
    LaunchFile::parse(Path::new("launch.toml"), &text).unwrap()
}

fn place(name: &str) -> Option<u64> {
    match name {
        "x" => Some(0x1000),
        "y" => Some(0x2000),
        _ => None,
    }
}

fn bytes(args: &str) -> Vec<u8> {
    let f = file("saxpy", args);
    params(&f, &f.launches[0], &saxpy(), place).unwrap()
}

fn refusal(kernel: &KernelInfo, args: &str) -> String {
    let f = file("saxpy", args);
    let e = params(&f, &f.launches[0], kernel, place).unwrap_err();
    format!("{e}\n{}", e.help)
}

#[test]
fn arguments_are_laid_out_as_the_kernel_declares_them() {
    let mut want = Vec::new();
    want.extend(7_i32.to_le_bytes());
    want.extend(2.5_f32.to_le_bytes());
    want.extend(0x1000_u64.to_le_bytes());
    want.extend(0x2010_u64.to_le_bytes());
    assert_eq!(bytes("{ i32 = 7 }, { f32 = 2.5 }, 'x', { buffer = 'y', offset = 16 }"), want);
    assert_eq!(bytes("{ u32 = 7 }, { bytes = '0000 2040' }, 'x', { u64 = 0x2010 }"), want);
}

#[test]
fn a_wrong_number_of_arguments_shows_the_parameters() {
    insta::assert_snapshot!(refusal(&saxpy(), "'x', 'y'"), @r"
    launch.toml:11: `saxpy` takes 4 arguments and the launch gives 2
    saxpy(int, float, float const*, float*) takes 1: .u32 (4 bytes), 2: .f32 (4 bytes), 3: .u64 (a pointer or 64-bit number), 4: .u64 (a pointer or 64-bit number)
    ");
    assert!(refusal(&info("f", vec![]), "'x'").contains("f takes no arguments: args = []"));
}

#[test]
fn a_wrong_type_says_which_and_what_to_write() {
    insta::assert_snapshot!(refusal(&saxpy(), "'x', { f32 = 2.5 }, 'x', 'y'"), @r"
    launch.toml:11: argument 1 of `saxpy` is the buffer `x`, but the kernel takes .u32 (4 bytes)
    write it like { i32 = 1 }; saxpy(int, float, float const*, float*) takes 1: .u32 (4 bytes), 2: .f32 (4 bytes), 3: .u64 (a pointer or 64-bit number), 4: .u64 (a pointer or 64-bit number)
    ");
    assert!(
        refusal(&saxpy(), "{ i32 = 1 }, { i32 = 2 }, 'x', 'y'").contains("is i32, but the kernel takes .f32")
    );
    assert!(
        refusal(&saxpy(), "{ i64 = 1 }, { f32 = 2 }, 'x', 'y'").contains("is i64, but the kernel takes .u32")
    );
    assert!(refusal(&saxpy(), "{ i32 = 1 }, { f32 = 2 }, 'x', { bytes = '00' }").contains("has 1 byte, but"));
}

#[test]
fn structs_go_by_their_bytes() {
    let kernel = info("f", vec![param(0, 12, "b8")]);
    let text = refusal(&kernel, "{ i32 = 1 }");
    assert!(text.contains("is i32, but the kernel takes a struct of 12 bytes"), "{text}");
    assert!(text.contains("give its 12 bytes as { bytes = "), "{text}");
}

#[test]
fn kernels_go_by_any_of_their_names() {
    let kernels = [saxpy(), info("_Z6reduceILi256EEvPKfPf", vec![]), info("_Z6reduceILi512EEvPKfPf", vec![])];
    let find = |name: &str| {
        let f = file(name, "");
        kernel(&f, &f.launches[0], &kernels).map(|k| k.name.clone()).map_err(|e| format!("{e}\n{}", e.help))
    };
    for name in ["saxpy", "_Z5saxpyifPKfPf", "saxpy(int,float,float const*,float*)"] {
        assert_eq!(find(name).unwrap(), "_Z5saxpyifPKfPf");
    }
    assert_eq!(find("reduce<512>").unwrap(), "_Z6reduceILi512EEvPKfPf");
    insta::assert_snapshot!(find("reduce").unwrap_err(), @r"
    launch.toml:8: `reduce` is the name of 2 kernels
    give the whole name of one of them: reduce<256>(float const*, float*); reduce<512>(float const*, float*)
    ");
    insta::assert_snapshot!(find("saxy").unwrap_err(), @r"
    launch.toml:8: the PTX has no kernel `saxy`
    did you mean `saxpy`?
    ");
}
