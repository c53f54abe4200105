//! A bench for single instructions: words in, words out.

use warplens_sim::{Arena, Device, Launch, LaunchError, Limits, LoadError, RunOptions, Unobserved};

const HEAD: &str = ".version 8.6\n.target sm_100\n.address_size 64\n";

/// A kernel whose body finds eight input words in `%r1`..`%r8` (as pairs also in `%rd1`..`%rd4`), `%tid.x` in `%r9`,
/// the output in `%rd10` (four words a thread) and the input in `%rd9`; what it leaves in `%r10`..`%r13` is the output.
pub fn kernel(body: &str) -> String {
    format!(
        ".visible .entry k(.param .u64 in, .param .u64 out) {{
            .reg .pred %p<9>; .reg .b8 %rc<9>; .reg .b16 %rs<20>; .reg .b32 %r<40>; .reg .f32 %f<20>; .reg .b64 %rd<20>; .reg .f64 %fd<9>;
            .reg .b128 %rq<4>;
            .shared .align 16 .b8 smem[512];
            .local .align 8 .b8 own[64];
            ld.param.u64 %rd9, [in]; ld.param.u64 %rd10, [out];
            mov.u32 %r9, %tid.x; mul.wide.u32 %rd11, %r9, 16; add.s64 %rd10, %rd10, %rd11;
            ld.global.v4.b32 {{%r1, %r2, %r3, %r4}}, [%rd9];
            ld.global.v4.b32 {{%r5, %r6, %r7, %r8}}, [%rd9+16];
            ld.global.v2.b64 {{%rd1, %rd2}}, [%rd9]; ld.global.v2.b64 {{%rd3, %rd4}}, [%rd9+16];
            mov.u32 %r10, 0; mov.u32 %r11, 0; mov.u32 %r12, 0; mov.u32 %r13, 0;
            {body}
            st.global.v4.b32 [%rd10], {{%r10, %r11, %r12, %r13}};
            ret;
        }}"
    )
}

/// Loads a module of its own.
pub fn load(ptx: &str) -> Result<(Device, warplens_sim::ModuleId), LoadError> {
    let mut device = Device::new(Limits::default(), Arena::anonymous(1 << 20).expect("address space"));
    let module = device.load(&format!("{HEAD}{ptx}"))?;
    Ok((device, module))
}

/// Runs `threads` threads of a kernel made by [`kernel`], with declarations before it; gives four words a thread.
pub fn run(
    declarations: &str,
    body: &str,
    threads: u32,
    input: &[u32],
) -> Result<Vec<[u32; 4]>, Box<LaunchError>> {
    let (mut device, module) =
        load(&format!("{declarations}\n{}", kernel(body))).unwrap_or_else(|e| panic!("{e}\n{body}"));
    let mut words = [0u32; 8];
    words[..input.len()].copy_from_slice(input);
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_le_bytes()).collect();
    let from = device.alloc(32, Some("in")).expect("memory");
    let to = device.alloc(threads as u64 * 16, Some("out")).expect("memory");
    device.write(from, &bytes).expect("allocated");
    device.write(to, &vec![0; threads as usize * 16]).expect("allocated");
    let launch = Launch {
        kernel: device.kernel(module, "k").expect("there").id,
        grid: [1, 1, 1],
        block: [threads, 1, 1],
        dynamic_shared: 0,
        params: [from, to].iter().flat_map(|p| p.to_le_bytes()).collect(),
        cooperative: false,
    };
    device.launch(&launch, &RunOptions::default(), &mut Unobserved).map_err(Box::new)?;
    let mut out = vec![0; threads as usize * 16];
    device.read(to, &mut out).expect("allocated");
    let word = |c: &[u8]| u32::from_le_bytes(c.try_into().expect("4 bytes"));
    Ok(out.chunks(16).map(|c| std::array::from_fn(|k| word(&c[4 * k..4 * k + 4]))).collect())
}

/// One thread's four words.
pub fn eval(body: &str, input: &[u32]) -> [u32; 4] {
    run("", body, 1, input).unwrap_or_else(|e| panic!("{e}\n{body}"))[0]
}

/// The first word alone.
pub fn one(body: &str, input: &[u32]) -> u32 {
    eval(body, input)[0]
}
