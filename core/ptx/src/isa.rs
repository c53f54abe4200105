//! The vocabulary of PTX: mnemonics, modifiers, scalar types, special registers.
//!
//! Each list is one macro call, so that the spelling, the variant and every table derived from them
//! cannot drift apart. `words! { pub enum E { A = "a" } }` expands to the enum, `E::ALL`,
//! `E::as_str` and `E::parse` (a binary search over the sorted spellings).

macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "each variant is documented by its spelling")]
        pub enum $name { $($variant),* }
        impl $name {
            /// Every word, in declaration order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// The word as PTX spells it, without its leading dot.
            pub const fn as_str(self) -> &'static str {
                const TEXTS: &[&str] = &[$($text),*];
                TEXTS[self as usize]
            }
            /// The word spelled `text`.
            pub fn parse(text: &str) -> Option<$name> {
                static INDEX: std::sync::LazyLock<Vec<(&'static str, $name)>> = std::sync::LazyLock::new(|| {
                    let mut v: Vec<_> = $name::ALL.iter().map(|&w| (w.as_str(), w)).collect();
                    v.sort_unstable();
                    v
                });
                INDEX.binary_search_by(|(t, _)| (*t).cmp(text)).ok().map(|i| INDEX[i].1)
            }
        }
    };
}

words! {
    /// Base mnemonics (PTX ISA, section 9.7).
    pub enum Mnemonic {
        Abs = "abs", Activemask = "activemask", Add = "add", Addc = "addc", Alloca = "alloca", And = "and",
        Applypriority = "applypriority", Atom = "atom", Bar = "bar", Barrier = "barrier", Bfe = "bfe", Bfi = "bfi",
        Bfind = "bfind", Bmsk = "bmsk", Bra = "bra", Brev = "brev", Brkpt = "brkpt", Brx = "brx", Call = "call",
        Clusterlaunchcontrol = "clusterlaunchcontrol", Clz = "clz", Cnot = "cnot", Copysign = "copysign", Cos = "cos",
        Cp = "cp", Createpolicy = "createpolicy", Cvt = "cvt", Cvta = "cvta", Discard = "discard", Div = "div",
        Dp2a = "dp2a", Dp4a = "dp4a", Elect = "elect", Ex2 = "ex2", Exit = "exit", Fence = "fence", Fma = "fma",
        Fns = "fns", Getctarank = "getctarank", Griddepcontrol = "griddepcontrol", Isspacep = "isspacep",
        Istypep = "istypep", Ld = "ld", Ldmatrix = "ldmatrix", Ldu = "ldu", Lg2 = "lg2", Lop3 = "lop3", Mad = "mad",
        Mad24 = "mad24", Madc = "madc", Mapa = "mapa", Match = "match", Max = "max", Mbarrier = "mbarrier",
        Membar = "membar", Min = "min", Mma = "mma", Mov = "mov", Movmatrix = "movmatrix", Mul = "mul",
        Mul24 = "mul24", Multimem = "multimem", Nanosleep = "nanosleep", Neg = "neg", Not = "not", Or = "or",
        Pmevent = "pmevent", Popc = "popc", Prefetch = "prefetch", Prefetchu = "prefetchu", Prmt = "prmt", Rcp = "rcp",
        Red = "red", Redux = "redux", Rem = "rem", Ret = "ret", Rsqrt = "rsqrt", Sad = "sad", Selp = "selp",
        Set = "set", Setmaxnreg = "setmaxnreg", Setp = "setp", Shf = "shf", Shfl = "shfl", Shl = "shl", Shr = "shr",
        Sin = "sin", Slct = "slct", Sqrt = "sqrt", St = "st", Stackrestore = "stackrestore", Stacksave = "stacksave",
        Stmatrix = "stmatrix", Sub = "sub", Subc = "subc", Suld = "suld", Suq = "suq", Sured = "sured", Sust = "sust",
        Szext = "szext", Tanh = "tanh", Tcgen05 = "tcgen05", Tensormap = "tensormap", Testp = "testp", Tex = "tex",
        Tld4 = "tld4", Trap = "trap", Txq = "txq", Vabsdiff = "vabsdiff", Vabsdiff2 = "vabsdiff2",
        Vabsdiff4 = "vabsdiff4", Vadd = "vadd", Vadd2 = "vadd2", Vadd4 = "vadd4", Vavrg2 = "vavrg2",
        Vavrg4 = "vavrg4", Vmad = "vmad", Vmax = "vmax", Vmax2 = "vmax2", Vmax4 = "vmax4", Vmin = "vmin",
        Vmin2 = "vmin2", Vmin4 = "vmin4", Vote = "vote", Vset = "vset", Vset2 = "vset2", Vset4 = "vset4",
        Vshl = "vshl", Vshr = "vshr", Vsub = "vsub", Vsub2 = "vsub2", Vsub4 = "vsub4", Wgmma = "wgmma", Wmma = "wmma",
        Xor = "xor",
    }
}

words! {
    /// Scalar types (PTX ISA, section 5.2), packed and narrow ones included.
    pub enum ScalarType {
        B8 = "b8", B16 = "b16", B32 = "b32", B64 = "b64", B128 = "b128",
        U8 = "u8", U16 = "u16", U32 = "u32", U64 = "u64",
        S8 = "s8", S16 = "s16", S32 = "s32", S64 = "s64",
        U8x4 = "u8x4", S8x4 = "s8x4", U16x2 = "u16x2", S16x2 = "s16x2",
        F16 = "f16", F16x2 = "f16x2", Bf16 = "bf16", Bf16x2 = "bf16x2", Tf32 = "tf32",
        F32 = "f32", F32x2 = "f32x2", F64 = "f64",
        E4m3 = "e4m3", E5m2 = "e5m2", E4m3x2 = "e4m3x2", E5m2x2 = "e5m2x2", E4m3x4 = "e4m3x4", E5m2x4 = "e5m2x4",
        E2m1 = "e2m1", E2m1x2 = "e2m1x2", E2m1x4 = "e2m1x4", E2m3 = "e2m3", E2m3x2 = "e2m3x2", E2m3x4 = "e2m3x4",
        E3m2 = "e3m2", E3m2x2 = "e3m2x2", E3m2x4 = "e3m2x4", Ue8m0 = "ue8m0", Ue8m0x2 = "ue8m0x2", Ue4m3 = "ue4m3",
        U2 = "u2", S2 = "s2", U4 = "u4", S4 = "s4", B1 = "b1", B8x16 = "b8x16", B4x16 = "b4x16", B6x16 = "b6x16", B6p2x16 = "b6x16_p32", B4p64 = "b4x16_p64",
        Pred = "pred", Texref = "texref", Samplerref = "samplerref", Surfref = "surfref",
    }
}

impl ScalarType {
    /// Size in bits of one value in a register or variable; `pred` and sub-byte types give their logical width,
    /// opaque references 64.
    pub const fn bits(self) -> u32 {
        use ScalarType::*;
        match self {
            Pred | B1 => 1,
            U2 | S2 => 2,
            U4 | S4 | E2m1 => 4,
            B8 | U8 | S8 | E4m3 | E5m2 | E2m1x2 | E2m3 | E3m2 | Ue8m0 | Ue4m3 => 8,
            B16 | U16 | S16 | F16 | Bf16 | E4m3x2 | E5m2x2 | E2m1x4 | E2m3x2 | E3m2x2 | Ue8m0x2 => 16,
            B32 | U32 | S32 | U8x4 | S8x4 | U16x2 | S16x2 | F16x2 | Bf16x2 | Tf32 | F32 | E4m3x4 | E5m2x4
            | E2m3x4 | E3m2x4 => 32,
            B64 | U64 | S64 | F32x2 | F64 | Texref | Samplerref | Surfref | B4x16 | B4p64 => 64,
            B6x16 | B6p2x16 => 96,
            B128 | B8x16 => 128,
        }
    }

    /// Size in bytes in memory.
    pub const fn bytes(self) -> u32 {
        self.bits().div_ceil(8)
    }
}

words! {
    /// Dotted modifiers, without types: rounding, scopes, operators, shapes, cache hints, sub-operations.
    pub enum Word {
        // rounding, saturation, approximation
        Rn = "rn", Rz = "rz", Rm = "rm", Rp = "rp", Rna = "rna", Rs = "rs", Rni = "rni", Rzi = "rzi", Rmi = "rmi",
        Rpi = "rpi", Ftz = "ftz", Sat = "sat", Satfinite = "satfinite", Relu = "relu", Approx = "approx", Full = "full",
        Nan = "NaN", Xorsign = "xorsign", Abs = "abs", Oob = "oob", Noftz = "noftz",
        // integer multiply parts, carries, shifts
        Hi = "hi", Lo = "lo", Wide = "wide", Cc = "cc", L = "l", R = "r", Clamp = "clamp", Wrap = "wrap",
        Shiftamt = "shiftamt", F4e = "f4e", B4e = "b4e", Rc8 = "rc8", Ecl = "ecl", Ecr = "ecr", Rc16 = "rc16",
        Shr7 = "shr7", Shr15 = "shr15", Po = "po",
        // comparisons
        Eq = "eq", Ne = "ne", Lt = "lt", Le = "le", Gt = "gt", Ge = "ge", Ls = "ls", Hs = "hs", Equ = "equ",
        Neu = "neu", Ltu = "ltu", Leu = "leu", Gtu = "gtu", Geu = "geu", Num = "num", IsNan = "nan",
        // operators of atom, red, setp, bar.red, redux
        And = "and", Or = "or", Xor = "xor", Exch = "exch", Cas = "cas", Add = "add", Inc = "inc", Dec = "dec",
        Min = "min", Max = "max", Popc = "popc",
        // state spaces
        Const = "const", Global = "global", Local = "local", Param = "param",
        Shared = "shared", SharedCta = "shared::cta", SharedCluster = "shared::cluster",
        ParamEntry = "param::entry", ParamFunc = "param::func", Uni = "uni", To = "to",
        // memory semantics, scopes
        Weak = "weak", Volatile = "volatile", Relaxed = "relaxed", Acquire = "acquire", Release = "release",
        AcqRel = "acq_rel", Sc = "sc", Mmio = "mmio", Cta = "cta", Cluster = "cluster", Gpu = "gpu", Sys = "sys",
        Gl = "gl", Alias = "alias", Proxy = "proxy", Async = "async",
        MbarrierInit = "mbarrier_init",

        // caches
        Ca = "ca", Cg = "cg", Cs = "cs", Lu = "lu", Cv = "cv", Wb = "wb", Wt = "wt", Nc = "nc",
        L1EvictNormal = "L1::evict_normal", L1EvictUnchanged = "L1::evict_unchanged", L1EvictFirst = "L1::evict_first",
        L1EvictLast = "L1::evict_last", L1NoAllocate = "L1::no_allocate", L2EvictNormal = "L2::evict_normal",
        L2EvictFirst = "L2::evict_first", L2EvictLast = "L2::evict_last", L2EvictUnchanged = "L2::evict_unchanged",
        L2CacheHint = "L2::cache_hint", L264B = "L2::64B", L2128B = "L2::128B", L2256B = "L2::256B", L1 = "L1",
        L2 = "L2", TensormapWord = "tensormap", Fractional = "fractional", Range = "range",

        // vectors and shapes
        V2 = "v2", V4 = "v4", V8 = "v8", X1 = "x1", X2 = "x2", X4 = "x4", D1 = "1d", D2 = "2d", D3 = "3d", D4 = "4d",
        D5 = "5d", A1d = "a1d", A2d = "a2d", Cube = "cube", Acube = "acube", D2ms = "2dms", A2dms = "a2dms",
        M8n8k4 = "m8n8k4", M8n8k16 = "m8n8k16", M8n8k32 = "m8n8k32", M8n8k128 = "m8n8k128", M16n8k4 = "m16n8k4",
        M16n8k8 = "m16n8k8", M16n8k16 = "m16n8k16", M16n8k32 = "m16n8k32", M16n8k64 = "m16n8k64",
        M16n8k128 = "m16n8k128", M16n8k256 = "m16n8k256", M16n16k16 = "m16n16k16", M16n16k8 = "m16n16k8",
        M32n8k16 = "m32n8k16", M8n32k16 = "m8n32k16", M8n8 = "m8n8", M8n16 = "m8n16", M16n16 = "m16n16",
        M16n8 = "m16n8", Row = "row", Col = "col", Trans = "trans",
        // sub-operations
        Sync = "sync", Arrive = "arrive", Red = "red", Warp = "warp", Aligned = "aligned", Cta1 = "cta_group::1",
        Cta2 = "cta_group::2", All = "all", Any = "any", Ballot = "ballot", Up = "up", Down = "down", Bfly = "bfly",
        Idx = "idx", Load = "load", Store = "store", A = "a", B = "b", C = "c", D = "d", Mma = "mma", Init = "init",
        Inval = "inval", ExpectTx = "expect_tx", CompleteTx = "complete_tx", TestWait = "test_wait",
        TryWait = "try_wait", PendingCount = "pending_count", ArriveDrop = "arrive_drop", NoComplete = "noComplete",
        Noinc = "noinc", Parity = "parity", Commit = "commit", CommitGroup = "commit_group",
        WaitGroup = "wait_group", WaitAll = "wait_all", Wait = "wait", MbarrierWord = "mbarrier", Bulk = "bulk",
        Prefetch = "prefetch", Reduce = "reduce", Tensor = "tensor", Tile = "tile", Im2col = "im2col",
        BulkGroup = "bulk_group", MbarrierCompleteTxBytes = "mbarrier::complete_tx::bytes",
        MulticastCluster = "multicast::cluster", Read = "read", LaunchDependents = "launch_dependents",
        Fence = "fence", CpMask = "cp_mask", IgnoreOob = "ignore_oob",
        Finite = "finite", Infinite = "infinite", Number = "number", Notanumber = "notanumber",
        Normal = "normal", Subnormal = "subnormal", Width = "width", Height = "height", Depth = "depth",
        ChannelDataType = "channel_data_type", ChannelOrder = "channel_order", NormalizedCoords = "normalized_coords",
        AddrMode0 = "addr_mode_0", AddrMode1 = "addr_mode_1", AddrMode2 = "addr_mode_2",
        FilterMode = "filter_mode", ArraySize = "array_size",
        NumMipmapLevels = "num_mipmap_levels", NumSamples = "num_samples", MemoryLayout = "memory_layout",
        Level = "level", Grad = "grad", Base = "base", Trap = "trap", Zero = "zero", P = "p", G = "g",

        Mxf8f6f4 = "kind::mxf8f6f4",
        Kindf8f6f4 = "kind::f8f6f4",
        // wgmma, tcgen05, tensormap, cluster operations
        MmaAsync = "mma_async", AsyncGeneric = "async::generic", TensormapGeneric = "tensormap::generic",
        SyncRestrictSharedCta = "sync_restrict::shared::cta",
        SyncRestrictSharedCluster = "sync_restrict::shared::cluster", ForceUnnormalizedCoords = "force_unnormalized_coords",
        LdReduce = "ld_reduce", AccF32 = "acc::f32", AccF16 = "acc::f16", Replace = "replace", CpFenceproxy = "cp_fenceproxy",
        GlobalAddress = "global_address", Rank = "rank", BoxDim = "box_dim", GlobalDim = "global_dim",
        GlobalStride = "global_stride", ElementStride = "element_stride", Elemtype = "elemtype",
        InterleaveLayout = "interleave_layout", SwizzleMode = "swizzle_mode", SwizzleAtomicity = "swizzle_atomicity",
        FillMode = "fill_mode", B1024 = "b1024", Im2colW = "im2col::w", Im2colW128 = "im2col::w::128",
        TileGather4 = "tile::gather4", TileScatter4 = "tile::scatter4", MulticastClusterAll = "multicast::cluster::all",
        TryCancel = "try_cancel", QueryCancel = "query_cancel", IsCanceled = "is_canceled",
        GetFirstCtaid = "get_first_ctaid", GetFirstCtaidX = "get_first_ctaid::x", GetFirstCtaidY = "get_first_ctaid::y",
        GetFirstCtaidZ = "get_first_ctaid::z", Sp = "sp", SpOrderedMetadata = "sp::ordered_metadata",
        BlockScale = "block_scale", ScaleVec1x = "scale_vec::1X", ScaleVec2x = "scale_vec::2X", ScaleVec4x = "scale_vec::4X",
        Block16 = "block16", Block32 = "block32", KindF16 = "kind::f16", KindTf32 = "kind::tf32", KindI8 = "kind::i8",
        KindMxf4 = "kind::mxf4", KindMxf4nvf4 = "kind::mxf4nvf4", Alloc = "alloc", Dealloc = "dealloc",
        RelinquishAllocPermit = "relinquish_alloc_permit", LdWord = "ld", StWord = "st", CpWord = "cp", Shift = "shift",
        Ws = "ws", WaitLd = "wait::ld", WaitSt = "wait::st", FenceBeforeThreadSync = "fence::before_thread_sync",
        FenceAfterThreadSync = "fence::after_thread_sync", MbarrierArriveOne = "mbarrier::arrive::one",
        Pack16b = "pack::16b", Unpack16b = "unpack::16b", S32x32b = "32x32b", S16x64b = "16x64b", S16x128b = "16x128b",
        S16x256b = "16x256b", S16x32bx2 = "16x32bx2", S128x256b = "128x256b", S4x256b = "4x256b", S128x128b = "128x128b",
        S64x128b = "64x128b", S32x128b = "32x128b", Warpx2O2_13 = "warpx2::02_13", Warpx2O1_23 = "warpx2::01_23",
        Warpx4 = "warpx4", CollectorAFill = "collector::a::fill", CollectorAUse = "collector::a::use",
        CollectorALastuse = "collector::a::lastuse", CollectorADiscard = "collector::a::discard", Ashift = "ashift",
        CollectorB0Fill = "collector::b0::fill", CollectorB0Use = "collector::b0::use", CollectorB0Lastuse = "collector::b0::lastuse", CollectorB0Discard = "collector::b0::discard",
        CollectorB1Fill = "collector::b1::fill", CollectorB1Use = "collector::b1::use", CollectorB1Lastuse = "collector::b1::lastuse", CollectorB1Discard = "collector::b1::discard",
        CollectorB2Fill = "collector::b2::fill", CollectorB2Use = "collector::b2::use", CollectorB2Lastuse = "collector::b2::lastuse", CollectorB2Discard = "collector::b2::discard",
        CollectorB3Fill = "collector::b3::fill", CollectorB3Use = "collector::b3::use", CollectorB3Lastuse = "collector::b3::lastuse", CollectorB3Discard = "collector::b3::discard",

        X8 = "x8", X16 = "x16", X32 = "x32", X64 = "x64", X128 = "x128",
        Pack = "pack", Cvt = "cvt", Mask = "mask",

        // shapes of wgmma
        M64n8k8 = "m64n8k8", M64n16k8 = "m64n16k8", M64n24k8 = "m64n24k8", M64n32k8 = "m64n32k8",
        M64n40k8 = "m64n40k8", M64n48k8 = "m64n48k8", M64n56k8 = "m64n56k8", M64n64k8 = "m64n64k8",
        M64n72k8 = "m64n72k8", M64n80k8 = "m64n80k8", M64n88k8 = "m64n88k8", M64n96k8 = "m64n96k8",
        M64n104k8 = "m64n104k8", M64n112k8 = "m64n112k8", M64n120k8 = "m64n120k8", M64n128k8 = "m64n128k8",
        M64n136k8 = "m64n136k8", M64n144k8 = "m64n144k8", M64n152k8 = "m64n152k8", M64n160k8 = "m64n160k8",
        M64n168k8 = "m64n168k8", M64n176k8 = "m64n176k8", M64n184k8 = "m64n184k8", M64n192k8 = "m64n192k8",
        M64n200k8 = "m64n200k8", M64n208k8 = "m64n208k8", M64n216k8 = "m64n216k8", M64n224k8 = "m64n224k8",
        M64n232k8 = "m64n232k8", M64n240k8 = "m64n240k8", M64n248k8 = "m64n248k8", M64n256k8 = "m64n256k8",
        M64n8k16 = "m64n8k16", M64n16k16 = "m64n16k16", M64n24k16 = "m64n24k16", M64n32k16 = "m64n32k16",
        M64n40k16 = "m64n40k16", M64n48k16 = "m64n48k16", M64n56k16 = "m64n56k16", M64n64k16 = "m64n64k16",
        M64n72k16 = "m64n72k16", M64n80k16 = "m64n80k16", M64n88k16 = "m64n88k16", M64n96k16 = "m64n96k16",
        M64n104k16 = "m64n104k16", M64n112k16 = "m64n112k16", M64n120k16 = "m64n120k16",
        M64n128k16 = "m64n128k16", M64n136k16 = "m64n136k16", M64n144k16 = "m64n144k16",
        M64n152k16 = "m64n152k16", M64n160k16 = "m64n160k16", M64n168k16 = "m64n168k16",
        M64n176k16 = "m64n176k16", M64n184k16 = "m64n184k16", M64n192k16 = "m64n192k16",
        M64n200k16 = "m64n200k16", M64n208k16 = "m64n208k16", M64n216k16 = "m64n216k16",
        M64n224k16 = "m64n224k16", M64n232k16 = "m64n232k16", M64n240k16 = "m64n240k16",
        M64n248k16 = "m64n248k16", M64n256k16 = "m64n256k16", M64n8k32 = "m64n8k32",
        M64n16k32 = "m64n16k32", M64n24k32 = "m64n24k32", M64n32k32 = "m64n32k32", M64n40k32 = "m64n40k32",
        M64n48k32 = "m64n48k32", M64n56k32 = "m64n56k32", M64n64k32 = "m64n64k32", M64n72k32 = "m64n72k32",
        M64n80k32 = "m64n80k32", M64n88k32 = "m64n88k32", M64n96k32 = "m64n96k32",
        M64n104k32 = "m64n104k32", M64n112k32 = "m64n112k32", M64n120k32 = "m64n120k32",
        M64n128k32 = "m64n128k32", M64n136k32 = "m64n136k32", M64n144k32 = "m64n144k32",
        M64n152k32 = "m64n152k32", M64n160k32 = "m64n160k32", M64n168k32 = "m64n168k32",
        M64n176k32 = "m64n176k32", M64n184k32 = "m64n184k32", M64n192k32 = "m64n192k32",
        M64n200k32 = "m64n200k32", M64n208k32 = "m64n208k32", M64n216k32 = "m64n216k32",
        M64n224k32 = "m64n224k32", M64n232k32 = "m64n232k32", M64n240k32 = "m64n240k32",
        M64n248k32 = "m64n248k32", M64n256k32 = "m64n256k32", M64n8k256 = "m64n8k256",
        M64n16k256 = "m64n16k256", M64n24k256 = "m64n24k256", M64n32k256 = "m64n32k256",
        M64n40k256 = "m64n40k256", M64n48k256 = "m64n48k256", M64n56k256 = "m64n56k256",
        M64n64k256 = "m64n64k256", M64n72k256 = "m64n72k256", M64n80k256 = "m64n80k256",
        M64n88k256 = "m64n88k256", M64n96k256 = "m64n96k256", M64n104k256 = "m64n104k256",
        M64n112k256 = "m64n112k256", M64n120k256 = "m64n120k256", M64n128k256 = "m64n128k256",
        M64n136k256 = "m64n136k256", M64n144k256 = "m64n144k256", M64n152k256 = "m64n152k256",
        M64n160k256 = "m64n160k256", M64n168k256 = "m64n168k256", M64n176k256 = "m64n176k256",
        M64n184k256 = "m64n184k256", M64n192k256 = "m64n192k256", M64n200k256 = "m64n200k256",
        M64n208k256 = "m64n208k256", M64n216k256 = "m64n216k256", M64n224k256 = "m64n224k256",
        M64n232k256 = "m64n232k256", M64n240k256 = "m64n240k256", M64n248k256 = "m64n248k256",
        M64n256k256 = "m64n256k256",
    }
}

/// One dotted modifier of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mod {
    /// A type suffix.
    Type(ScalarType),
    /// Any other word.
    Word(Word),
}

impl Mod {
    /// The modifier spelled `text` (no leading dot); types win where both lists could have it.
    pub fn parse(text: &str) -> Option<Mod> {
        ScalarType::parse(text).map(Mod::Type).or_else(|| Word::parse(text).map(Mod::Word))
    }

    /// Its spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mod::Type(t) => t.as_str(),
            Mod::Word(w) => w.as_str(),
        }
    }
}

words! {
    /// Special registers (PTX ISA, section 10), without `%`. Vector ones take a component; numbered families
    /// (`%pm0`..) are separate words.
    pub enum SpecialReg {
        Tid = "tid", Ntid = "ntid", Laneid = "laneid", Warpid = "warpid", Nwarpid = "nwarpid", Ctaid = "ctaid",
        Nctaid = "nctaid", Smid = "smid", Nsmid = "nsmid", Gridid = "gridid", IsExplicitCluster = "is_explicit_cluster",
        Clusterid = "clusterid", Nclusterid = "nclusterid", ClusterCtaid = "cluster_ctaid",
        ClusterNctaid = "cluster_nctaid", ClusterCtarank = "cluster_ctarank", ClusterNctarank = "cluster_nctarank",
        LanemaskEq = "lanemask_eq", LanemaskLe = "lanemask_le", LanemaskLt = "lanemask_lt", LanemaskGe = "lanemask_ge",
        LanemaskGt = "lanemask_gt", Clock = "clock", ClockHi = "clock_hi", Clock64 = "clock64",
        Pm0 = "pm0", Pm1 = "pm1", Pm2 = "pm2", Pm3 = "pm3", Pm4 = "pm4", Pm5 = "pm5", Pm6 = "pm6", Pm7 = "pm7",
        Pm064 = "pm0_64", Pm164 = "pm1_64", Pm264 = "pm2_64", Pm364 = "pm3_64", Pm464 = "pm4_64", Pm564 = "pm5_64",
        Pm664 = "pm6_64", Pm764 = "pm7_64",
        Envreg0 = "envreg0", Envreg1 = "envreg1", Envreg2 = "envreg2", Envreg3 = "envreg3", Envreg4 = "envreg4",
        Envreg5 = "envreg5", Envreg6 = "envreg6", Envreg7 = "envreg7", Envreg8 = "envreg8", Envreg9 = "envreg9",
        Envreg10 = "envreg10", Envreg11 = "envreg11", Envreg12 = "envreg12", Envreg13 = "envreg13",
        Envreg14 = "envreg14", Envreg15 = "envreg15", Envreg16 = "envreg16", Envreg17 = "envreg17",
        Envreg18 = "envreg18", Envreg19 = "envreg19", Envreg20 = "envreg20", Envreg21 = "envreg21",
        Envreg22 = "envreg22", Envreg23 = "envreg23", Envreg24 = "envreg24", Envreg25 = "envreg25",
        Envreg26 = "envreg26", Envreg27 = "envreg27", Envreg28 = "envreg28", Envreg29 = "envreg29",
        Envreg30 = "envreg30", Envreg31 = "envreg31",
        Globaltimer = "globaltimer", GlobaltimerLo = "globaltimer_lo", GlobaltimerHi = "globaltimer_hi",
        ReservedSmemOffsetBegin = "reserved_smem_offset_begin", ReservedSmemOffsetEnd = "reserved_smem_offset_end",
        ReservedSmemOffsetCap = "reserved_smem_offset_cap", ReservedSmemOffset0 = "reserved_smem_offset_0",
        ReservedSmemOffset1 = "reserved_smem_offset_1", TotalSmemSize = "total_smem_size",
        AggrSmemSize = "aggr_smem_size", DynamicSmemSize = "dynamic_smem_size", CurrentGraphExec = "current_graph_exec",
        WarpSz = "WARP_SZ",
    }
}
