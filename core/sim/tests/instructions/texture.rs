//! Texture fetches, against values worked out by hand from the guide's formulae ("Texture Fetching").

use warplens_sim::texture::{Address, Arrangement, ChannelKind, Format, Image, Level, Sampler, Texture};
use warplens_sim::{
    Arena, Counters, Device, Launch, LaunchError, Limits, Observer, RunOptions, TrapKind, Unobserved,
};

/// A device with one image in its memory.
pub struct Bench {
    pub device: Device,
    pub image: Image,
    pub memory: u64,
}

pub const F32: Format = Format { bits: 32, channels: 1, kind: ChannelKind::Float };

pub fn bytes_of(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

impl Bench {
    /// Levels of these sizes, one after another in memory, filled with `bytes`.
    pub fn new(format: Format, arrangement: Arrangement, sizes: &[[u32; 3]], bytes: &[u8]) -> Bench {
        let mut device = Device::new(Limits::default(), Arena::anonymous(1 << 20).expect("address space"));
        let memory = device.alloc(bytes.len() as u64, Some("image")).expect("memory");
        device.write(memory, bytes).expect("allocated");
        let mut address = memory;
        let levels = sizes
            .iter()
            .map(|&[width, height, depth]| {
                let pitch = u64::from(width * format.bytes());
                let slice = pitch * u64::from(height);
                let level = Level { address, width, height, depth, pitch, slice };
                address += slice * u64::from(depth);
                level
            })
            .collect();
        Bench { device, image: Image { format, arrangement, levels }, memory }
    }

    pub fn texture(&mut self, sampler: Sampler) -> u64 {
        self.device.create_texture(Texture { image: self.image.clone(), sampler }).expect("a texture")
    }

    /// Runs `body` in 32 threads: `%rd1` is the object, lane `n` finds `inputs[n % len]` in `%f1..%f8` and, as bits, in
    /// `%r1..%r8`, and gives back `%r11..%r14`.
    pub fn run(
        &mut self,
        object: u64,
        body: &str,
        inputs: &[Vec<f32>],
        observer: &mut dyn Observer,
    ) -> Result<Vec<[u32; 4]>, LaunchError> {
        let ptx = format!(
            ".version 8.0\n.target sm_80\n.address_size 64\n.visible .entry k(.param .u64 object, .param .u64 in, .param .u64 out) {{
                .reg .pred %p<4>; .reg .b16 %h<9>; .reg .b32 %r<30>; .reg .f32 %f<20>; .reg .b64 %rd<20>;
                ld.param.u64 %rd1, [object]; ld.param.u64 %rd2, [in]; ld.param.u64 %rd3, [out];
                mov.u32 %r20, %tid.x; mul.wide.u32 %rd4, %r20, 32; add.s64 %rd2, %rd2, %rd4;
                mul.wide.u32 %rd5, %r20, 16; add.s64 %rd3, %rd3, %rd5;
                ld.global.v4.b32 {{%r1, %r2, %r3, %r4}}, [%rd2]; ld.global.v4.b32 {{%r5, %r6, %r7, %r8}}, [%rd2+16];
                ld.global.v4.f32 {{%f1, %f2, %f3, %f4}}, [%rd2]; ld.global.v4.f32 {{%f5, %f6, %f7, %f8}}, [%rd2+16];
                mov.u32 %r11, 77; mov.u32 %r12, 77; mov.u32 %r13, 77; mov.u32 %r14, 77;
                {body}
                st.global.v4.b32 [%rd3], {{%r11, %r12, %r13, %r14}};
                ret;
            }}"
        );
        let module = self.device.load(&ptx).unwrap_or_else(|e| panic!("{e}\n{ptx}"));
        let mut words = Vec::new();
        for lane in 0..32 {
            let mut row = inputs.get(lane % inputs.len().max(1)).cloned().unwrap_or_default();
            row.resize(8, 0.0);
            words.extend(bytes_of(&row));
        }
        let from = self.device.alloc(words.len() as u64, None).expect("memory");
        let to = self.device.alloc(32 * 16, None).expect("memory");
        self.device.write(from, &words).expect("allocated");
        let launch = Launch {
            kernel: self.device.kernel(module, "k").expect("there").id,
            grid: [1, 1, 1],
            block: [32, 1, 1],
            dynamic_shared: 0,
            params: [object, from, to].iter().flat_map(|p| p.to_le_bytes()).collect(),
            cooperative: false,
        };
        self.device.launch(&launch, &RunOptions::default(), observer)?;
        let mut out = vec![0; 32 * 16];
        self.device.read(to, &mut out).expect("allocated");
        let word = |c: &[u8]| u32::from_le_bytes(c.try_into().expect("4 bytes"));
        Ok(out.chunks(16).map(|c| std::array::from_fn(|k| word(&c[4 * k..4 * k + 4]))).collect())
    }

    /// One result a row of inputs, as floats.
    pub fn floats(&mut self, object: u64, body: &str, inputs: &[Vec<f32>]) -> Vec<[f32; 4]> {
        let out = self.run(object, body, inputs, &mut Unobserved).unwrap_or_else(|e| panic!("{e}"));
        out.into_iter().take(inputs.len()).map(|v| v.map(f32::from_bits)).collect()
    }

    /// The first channel only.
    pub fn first(&mut self, object: u64, body: &str, inputs: &[Vec<f32>]) -> Vec<f32> {
        self.floats(object, body, inputs).into_iter().map(|v| v[0]).collect()
    }
}

const TEX1: &str = "tex.1d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1}];";
const TEX2: &str = "tex.2d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2}];";
const TEX3: &str = "tex.3d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2, %f3, %f3}];";
const TWO: Arrangement =
    Arrangement { linear: false, layered: false, cubemap: false, two: true, three: false };

fn each<const N: usize>(rows: &[[f32; N]]) -> Vec<Vec<f32>> {
    rows.iter().map(|r| r.to_vec()).collect()
}

fn line(sampler: Sampler) -> (Bench, u64) {
    let mut b = Bench::new(F32, Arrangement::default(), &[[4, 1, 1]], &bytes_of(&[10.0, 20.0, 30.0, 40.0]));
    let t = b.texture(sampler);
    (b, t)
}

#[test]
fn the_nearest_texel_is_the_floor() {
    let (mut b, t) = line(Sampler::default());
    // tex(x) = T[floor(x)], clamped.
    let at = each(&[[0.0], [0.99], [1.0], [3.5], [4.0], [-1.0], [100.0]]);
    assert_eq!(b.first(t, TEX1, &at), [10.0, 10.0, 20.0, 40.0, 40.0, 10.0, 40.0]);
}

#[test]
fn normalised_coordinates_are_times_the_size() {
    let (mut b, t) = line(Sampler { normalized_coordinates: true, ..Sampler::default() });
    let at = each(&[[0.0], [0.25], [0.4999], [0.875], [1.0], [-0.5]]);
    assert_eq!(b.first(t, TEX1, &at), [10.0, 20.0, 20.0, 40.0, 40.0, 10.0]);
}

#[test]
fn address_modes_of_normalised_coordinates() {
    let with = |address| {
        let s = Sampler { normalized_coordinates: true, address: [address; 3], ..Sampler::default() };
        let (mut b, t) = line(Sampler { border: [7.0; 4], ..s });
        b.first(t, TEX1, &each(&[[-0.125], [1.125], [1.375], [2.125]]))
    };
    // frac: 0.875, 0.125, 0.375, 0.125 of 4 texels.
    assert_eq!(with(Address::Wrap), [40.0, 10.0, 20.0, 10.0]);
    // 1 - frac where floor is odd (floor(-0.125) = -1): 0.125, 0.875, 0.625, 0.125.
    assert_eq!(with(Address::Mirror), [10.0, 40.0, 30.0, 10.0]);
    assert_eq!(with(Address::Clamp), [10.0, 40.0, 40.0, 40.0]);
    assert_eq!(with(Address::Border), [7.0; 4]);
}

#[test]
fn wrap_without_normalised_coordinates_is_clamp() {
    let (mut b, t) = line(Sampler { address: [Address::Wrap; 3], ..Sampler::default() });
    assert_eq!(b.first(t, TEX1, &each(&[[5.0], [-1.0]])), [40.0, 10.0]);
}

#[test]
fn linear_filtering_weighs_neighbours_in_256ths() {
    let (mut b, t) = line(Sampler { linear: true, ..Sampler::default() });
    // xB = x - 0.5, i = floor(xB), alpha = frac(xB) in 256ths.
    let at = each(&[[0.5], [1.0], [1.75], [0.0], [4.0], [1.1]]);
    // 1.1: xB = 0.6, alpha = 153.6/256 -> 154/256: 10 + 10 * 154/256 = 16.015625.
    assert_eq!(b.first(t, TEX1, &at), [10.0, 15.0, 22.5, 10.0, 40.0, 16.015625]);
}

#[test]
fn linear_filtering_at_the_seams() {
    let with = |address| {
        let s = Sampler {
            linear: true,
            normalized_coordinates: true,
            address: [address; 3],
            ..Sampler::default()
        };
        let (mut b, t) = line(s);
        b.first(t, TEX1, &each(&[[0.0], [1.0]]))
    };
    // Half of T[-1] and half of T[0]; at 1.0, wrap begins again at 0.
    assert_eq!(with(Address::Wrap), [25.0, 25.0]);
    assert_eq!(with(Address::Mirror), [10.0, 40.0]);
    assert_eq!(with(Address::Clamp), [10.0, 40.0]);
    assert_eq!(with(Address::Border), [5.0, 20.0]);
}

#[test]
fn two_dimensions() {
    let texels: Vec<f32> = (0..12).map(|n| n as f32).collect();
    let mut b = Bench::new(F32, TWO, &[[4, 3, 1]], &bytes_of(&texels));
    let point = b.texture(Sampler::default());
    assert_eq!(b.first(point, TEX2, &each(&[[2.5, 1.5], [9.0, 9.0]])), [6.0, 11.0]);
    let linear = b.texture(Sampler { linear: true, ..Sampler::default() });
    // (2.0, 1.25): alpha = 0.5 between columns 1 and 2, beta = 0.75 between rows 0 and 1: 1.5 + 0.75 * 4.
    assert_eq!(b.first(linear, TEX2, &each(&[[2.0, 1.25]])), [4.5]);
}

#[test]
fn three_dimensions() {
    let texels: Vec<f32> = (0..8).map(|n| n as f32).collect();
    let arrangement = Arrangement { two: true, three: true, ..Arrangement::default() };
    let mut b = Bench::new(F32, arrangement, &[[2, 2, 2]], &bytes_of(&texels));
    let linear = b.texture(Sampler { linear: true, ..Sampler::default() });
    // The middle is the mean of 0 to 7; a quarter between slices adds 4 * 0.25 to texel 0.
    assert_eq!(b.first(linear, TEX3, &each(&[[1.0, 1.0, 1.0], [0.5, 0.5, 0.75]])), [3.5, 1.0]);
}

#[test]
fn layers_are_chosen_not_filtered() {
    let texels: Vec<f32> = (0..8).map(|n| n as f32).collect();
    let arrangement = Arrangement { layered: true, two: true, ..Arrangement::default() };
    let mut b = Bench::new(F32, arrangement, &[[2, 2, 2]], &bytes_of(&texels));
    let t = b.texture(Sampler { linear: true, ..Sampler::default() });
    let body = "cvt.rzi.s32.f32 %r9, %f3; tex.a2d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%r9, %f1, %f2, %f2}];";
    assert_eq!(
        b.first(t, body, &each(&[[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.5, 0.5, 9.0]])),
        [1.5, 5.5, 4.0]
    );
    let lines = Arrangement { layered: true, ..Arrangement::default() };
    let mut b = Bench::new(F32, lines, &[[2, 1, 4]], &bytes_of(&texels));
    let t = b.texture(Sampler::default());
    let body = "cvt.rzi.s32.f32 %r9, %f2; tex.a1d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%r9, %f1}];";
    assert_eq!(b.first(t, body, &each(&[[1.0, 0.0], [0.0, 3.0]])), [1.0, 6.0]);
}

#[test]
fn a_cube_is_read_by_direction() {
    // Face f is all f.
    let texels: Vec<f32> = (0..24).map(|n| (n / 4) as f32).collect();
    let arrangement = Arrangement { cubemap: true, two: true, ..Arrangement::default() };
    let mut b = Bench::new(F32, arrangement, &[[2, 2, 6]], &bytes_of(&texels));
    let t = b.texture(Sampler { normalized_coordinates: true, ..Sampler::default() });
    let body = "tex.cube.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2, %f3, %f3}];";
    let at = each(&[
        [1.0, 0.2, 0.1],
        [-3.0, 0.2, 0.1],
        [0.5, 1.0, 0.1],
        [0.5, -1.0, 0.1],
        [0.5, 0.2, 1.0],
        [0.5, 0.2, -1.0],
    ]);
    assert_eq!(b.first(t, body, &at), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    // Which way s and t go on face 0: s = -z, t = -y.
    let texels: Vec<f32> = (0..24).map(|n| n as f32).collect();
    let mut b = Bench::new(F32, arrangement, &[[2, 2, 6]], &bytes_of(&texels));
    let t = b.texture(Sampler { normalized_coordinates: true, ..Sampler::default() });
    let at = each(&[[1.0, 0.5, 0.5], [1.0, 0.5, -0.5], [1.0, -0.5, 0.5], [1.0, -0.5, -0.5]]);
    assert_eq!(b.first(t, body, &at), [0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn a_seamless_cube_filters_over_its_edges() {
    let texels: Vec<f32> = (0..6).map(|n| n as f32).collect();
    let arrangement = Arrangement { cubemap: true, two: true, ..Arrangement::default() };
    let mut b = Bench::new(F32, arrangement, &[[1, 1, 6]], &bytes_of(&texels));
    let s = Sampler { normalized_coordinates: true, linear: true, ..Sampler::default() };
    let (plain, seamless) = (b.texture(s), b.texture(Sampler { seamless: true, ..s }));
    let body = "tex.cube.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2, %f3, %f3}];";
    // Almost at the edge between faces 0 (+x) and 4 (+z): half of each.
    let at = each(&[[1.0, 0.0, 0.999]]);
    assert_eq!(b.first(plain, body, &at), [0.0]);
    assert_eq!(b.first(seamless, body, &at), [2.0]);
}

#[test]
fn levels() {
    let mut texels = vec![0.0f32; 16];
    texels.extend([16.0; 4]);
    texels.push(32.0);
    let mut b = Bench::new(F32, TWO, &[[4, 4, 1], [2, 2, 1], [1, 1, 1]], &bytes_of(&texels));
    let base = Sampler { normalized_coordinates: true, mip_max: 8.0, ..Sampler::default() };
    let body = "tex.level.2d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2}], %f3;";
    let at = each(&[[0.5, 0.5, 0.0], [0.5, 0.5, 0.4], [0.5, 0.5, 0.5], [0.5, 0.5, 1.25], [0.5, 0.5, 9.0]]);
    let t = b.texture(base);
    assert_eq!(b.first(t, body, &at), [0.0, 0.0, 16.0, 16.0, 32.0]);
    let t = b.texture(Sampler { mip_linear: true, ..base });
    // 0.4 is 102/256 of the way from 0 to 16.
    assert_eq!(b.first(t, body, &at), [0.0, 102.0 / 256.0 * 16.0, 8.0, 20.0, 32.0]);
    let t = b.texture(Sampler { mip_bias: 1.0, mip_max: 1.5, mip_linear: true, ..base });
    assert_eq!(b.first(t, body, &each(&[[0.5, 0.5, 0.0], [0.5, 0.5, 5.0]])), [16.0, 24.0]);
    // Without a level, the first.
    let t = b.texture(base);
    assert_eq!(b.first(t, TEX2, &at)[4], 0.0);
    // Half a texture from pixel to pixel is two texels of four: level log2(2) = 1.
    let body = "tex.grad.2d.v4.f32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2}], {%f3, %f4}, {%f5, %f6};";
    let at = each(&[
        [0.5, 0.5, 0.5, 0.0, 0.0, 0.25],
        [0.5, 0.5, 0.0, 0.0, 0.0, 1.0],
        [0.5, 0.5, 0.0, 0.0, 0.0, 0.0],
    ]);
    assert_eq!(b.first(t, body, &at), [16.0, 32.0, 0.0]);
}

#[test]
fn gathering_goes_round_the_four_texels() {
    let texels: Vec<f32> = (0..32).map(|n| n as f32).collect();
    let two = Format { channels: 2, ..F32 };
    let mut b = Bench::new(two, TWO, &[[4, 4, 1]], &bytes_of(&texels));
    let t = b.texture(Sampler::default());
    // Around (2, 2): texels (1,1), (2,1), (1,2), (2,2) hold 10, 12, 18, 20 in x and one more in y.
    let gather = |c| format!("tld4.{c}.2d.v4.f32.f32 {{%r11, %r12, %r13, %r14}}, [%rd1, {{%f1, %f2}}];");
    assert_eq!(b.floats(t, &gather("r"), &each(&[[2.0, 2.0]])), [[18.0, 20.0, 12.0, 10.0]]);
    assert_eq!(b.floats(t, &gather("g"), &each(&[[2.0, 2.0]])), [[19.0, 21.0, 13.0, 11.0]]);
}

#[test]
fn integers_fractions_and_missing_channels() {
    let format = Format { bits: 8, channels: 4, kind: ChannelKind::Unsigned };
    let mut b = Bench::new(format, TWO, &[[2, 1, 1]], &[255, 0, 51, 128, 0, 255, 0, 0]);
    let whole = b.texture(Sampler::default());
    let body = "tex.2d.v4.u32.f32 {%r11, %r12, %r13, %r14}, [%rd1, {%f1, %f2}];";
    let got = b.run(whole, body, &each(&[[0.0, 0.0]]), &mut Unobserved).unwrap();
    assert_eq!(got[0], [255, 0, 51, 128]);
    let part = b.texture(Sampler { normalized_float: true, linear: true, ..Sampler::default() });
    let got = b.floats(part, TEX2, &each(&[[1.0, 0.5]]));
    assert_eq!(got, [[0.5, 0.5, 0.1, (128.0f64 / 255.0 / 2.0) as f32]]);
    let half = Format { bits: 16, channels: 1, kind: ChannelKind::Float };
    let mut b = Bench::new(half, TWO, &[[1, 1, 1]], &[0x00, 0xc0]);
    let t = b.texture(Sampler::default());
    assert_eq!(b.floats(t, TEX2, &each(&[[0.0, 0.0]])), [[-2.0, 0.0, 0.0, 0.0]]);
    let body = "tex.2d.v4.f16.f32 {%h1, %h2, %h3, %h4}, [%rd1, {%f1, %f2}]; cvt.u32.u16 %r11, %h1;";
    assert_eq!(b.run(t, body, &each(&[[0.0, 0.0]]), &mut Unobserved).unwrap()[0][0], 0xc000);
}

#[test]
fn plain_memory_by_index_is_zero_outside() {
    let linear = Arrangement { linear: true, ..Arrangement::default() };
    let mut b = Bench::new(F32, linear, &[[3, 1, 1]], &bytes_of(&[1.0, 2.0, 3.0]));
    let t = b.texture(Sampler { linear: true, ..Sampler::default() });
    let body = "cvt.rni.s32.f32 %r9, %f1; tex.1d.v4.f32.s32 {%r11, %r12, %r13, %r14}, [%rd1, {%r9}];";
    assert_eq!(b.first(t, body, &each(&[[0.0], [2.0], [3.0], [-1.0]])), [1.0, 3.0, 0.0, 0.0]);
}

#[test]
fn questions() {
    let mut b = Bench::new(F32, TWO, &[[4, 2, 1], [2, 1, 1]], &bytes_of(&[0.0; 10]));
    let t = b.texture(Sampler { normalized_coordinates: true, ..Sampler::default() });
    let body =
        "txq.width.b32 %r11, [%rd1]; txq.depth.b32 %r12, [%rd1]; txq.num_mipmap_levels.b32 %r13, [%rd1];
        txq.level.width.b32 %r14, [%rd1], 1;";
    assert_eq!(b.run(t, body, &[vec![]], &mut Unobserved).unwrap()[0], [4, 0, 2, 2]);
}

#[test]
fn sparse_fetches_are_resident_and_guards_hold() {
    let (mut b, t) = line(Sampler::default());
    let body = "setp.lt.u32 %p1, %r20, 2; @%p1 tex.1d.v4.f32.f32 {%r11, %r12, _, _}|%p2, [%rd1, {%f1}]; selp.u32 %r14, 1, 0, %p2;";
    let mut counters = Counters::new();
    let out = b.run(t, body, &each(&[[0.0]]), &mut counters).unwrap();
    assert_eq!(out[1], [10f32.to_bits(), 0, 77, 1]);
    assert_eq!(out[2], [77, 77, 77, 0]);
    let counts = counters.take().total;
    assert_eq!((counts.texture_requests, counts.surface_requests), (1, 0));
    // Only the kernel's own loads and stores are global traffic.
    assert_eq!(counts.global_ld.requests, 4);
}

#[test]
fn wrong_handles_end_in_a_trap_that_names_them() {
    let (mut b, t) = line(Sampler::default());
    let kind = |b: &mut Bench, handle| match b.run(handle, TEX1, &each(&[[0.0]]), &mut Unobserved) {
        Err(LaunchError::Trap(trap)) => trap.kind,
        other => panic!("{other:?}"),
    };
    let message = |kind| match kind {
        TrapKind::BadObject(m) => m,
        other => panic!("{other:?}"),
    };
    assert_eq!(message(kind(&mut b, 5)), "0x5 is not a texture object");
    let surface = b.device.create_surface(b.image.clone()).expect("a surface");
    assert!(message(kind(&mut b, surface)).contains("look of a surface object"));
    assert!(b.device.destroy_object(t) && !b.device.destroy_object(t));
    assert!(message(kind(&mut b, t)).contains("was destroyed"));
    let t = b.texture(Sampler::default());
    b.device.free(b.memory).expect("allocated");
    assert!(message(kind(&mut b, t)).contains("was freed"));
}

#[test]
fn objects_that_make_no_sense_are_refused() {
    let mut b = Bench::new(F32, TWO, &[[4, 2, 1]], &[0; 32]);
    b.image.levels[0].height = 3000;
    let texture = Texture { image: b.image.clone(), sampler: Sampler::default() };
    let refused = b.device.create_texture(texture.clone()).unwrap_err().to_string();
    assert!(refused.contains("do not lie in one allocation"), "{refused}");
    b.image.levels[0].pitch = u64::MAX;
    assert!(b.device.create_surface(b.image.clone()).is_err());
    b.image.levels.clear();
    assert!(b.device.create_surface(b.image.clone()).is_err());
    let mut integers = texture;
    integers.image.levels[0].height = 2;
    integers.image.format.kind = ChannelKind::Signed;
    integers.sampler.linear = true;
    assert!(b.device.create_texture(integers).is_err());
}

#[test]
fn names_and_samplers_of_their_own_are_refused_in_words() {
    let mut b = Bench::new(F32, TWO, &[[1, 1, 1]], &[0; 4]);
    let head = ".version 8.0\n.target sm_80\n.address_size 64\n";
    for (ptx, words) in [
        (
            ".global .texref t; .visible .entry k() { .reg .f32 %f<9>; tex.1d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [t, {%f5}]; ret; }",
            "texture or surface object",
        ),
        (
            ".visible .entry k() { .reg .f32 %f<9>; .reg .b64 %rd<3>; tex.1d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd1, %rd2, {%f5}]; ret; }",
            "separate samplers",
        ),
    ] {
        let refused = b.device.load(&format!("{head}{ptx}")).unwrap_err().to_string();
        assert!(refused.contains(words), "{refused}");
    }
}
