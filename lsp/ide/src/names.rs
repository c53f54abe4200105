//! MUSA's names for CUDA's: the vendor's public renaming table as rules, and which names real MUSA code uses.
//!
//! The rules reproduce 23,467 of the 23,519 names in the vendor's own table. A name they give is not proof that the SDK has
//! it: [`is_verified_musa`] says whether it was seen in use.

/// Names that do not follow the rules.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("CUDA_VERSION", "MUSA_COMP_VERSION"),
    ("CUDART_VERSION", "MUSART_VERSION"),
    ("cublasGetStatusString", "mublasStatus_to_string"),
    ("CUBLAS_GEMM_DEFAULT_TENSOR_OP", "MUBLAS_GEMM_DEFAULT"),
    ("CUBLAS_TF32_TENSOR_OP_MATH", "MUBLAS_MATH_MODE_DEFAULT"),
    ("cublasComputeType_t", "musaDataType_t"),
    ("CUBLAS_COMPUTE_16F", "MUSA_R_16F"),
    ("CUBLAS_COMPUTE_32F", "MUSA_R_32F"),
    ("cublas_v2.h", "mublas.h"),
    ("cudaGraphExecUpdateResultInfo", "musaGraphExecUpdateResult"),
    (
        "CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED",
        "MU_DEVICE_ATTRIBUTE_VIRTUAL_ADDRESS_MANAGEMENT_SUPPORTED",
    ),
    ("CUtensorMap", "MUtensorDescriptor"),
    ("CU_JIT_INPUT_NVVM", "MU_JIT_INPUT_MTVM"),
    ("curandStatePhilox4_32_10_t", "murand_state_philox4x32_10"),
    ("nvcuda", "mtmusa"),
    ("nvstd", "mtstd"),
    ("__CUDACC__", "__MUSACC__"),
    ("__CUDA_ARCH__", "__MUSA_ARCH__"),
];

/// The MUSA name for a CUDA name; the name itself where there is nothing to rename.
pub fn to_musa(name: &str) -> String {
    if let Some((_, to)) = EXCEPTIONS.iter().find(|(from, _)| *from == name) {
        return (*to).to_owned();
    }
    let mut s = name.to_owned();
    if let Some(rest) = s.strip_prefix("__nvvm_") {
        s = format!("__mtvm_{rest}");
    } else if let Some(rest) = s.strip_prefix("__NV_") {
        s = format!("__MT_{rest}");
    } else {
        let bars = s.len() - s.trim_start_matches('_').len();
        if bars > 0
            && let Some(rest) = s[bars..].strip_prefix("nv_")
        {
            s = format!("{}mt_{rest}", "_".repeat(bars));
        }
    }
    for (from, to) in [
        ("NVTX", "MTTX"),
        ("nvtx", "mttx"),
        ("NVLINK", "MTLINK"),
        ("NvLink", "MtLink"),
        ("Nvlink", "Mtlink"),
        ("nvlink", "mtlink"),
        ("NvSci", "MtSci"),
        ("NVSCI", "MTSCI"),
        ("nvSci", "mtSci"),
        ("CUDA", "MUSA"),
        ("cuda", "musa"),
        ("Cuda", "Musa"),
        ("CUPTI", "MUPTI"),
        ("cupti", "mupti"),
        ("Cupti", "Mupti"),
        ("CUpti", "MUpti"),
        ("Cubin", "Mubin"),
        ("cubin", "mubin"),
        ("CUBIN", "MUBIN"),
        ("NPP", "MTPP"),
        ("npp", "mtpp"),
    ] {
        if s.contains(from) {
            s = s.replace(from, to);
        }
    }
    let s = at_word_parts(
        &s,
        "cu",
        |rest| {
            rest.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                || ["blas", "fft", "rand", "solver", "sparse"].iter().any(|w| rest.starts_with(w))
        },
        "mu",
    );
    at_word_parts(
        &s,
        "CU",
        |rest| {
            rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && !["RRENT", "STOM", "BEMAP", "TOFF", "T_"].iter().any(|w| rest.starts_with(w))
                && rest != "T"
        },
        "MU",
    )
}

/// Replaces `from` where a word part begins with it and `wanted` agrees with what follows.
fn at_word_parts(s: &str, from: &str, wanted: impl Fn(&str) -> bool, to: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut rest = s;
    let mut boundary = true;
    while let Some(c) = rest.chars().next() {
        if boundary
            && let Some(after) = rest.strip_prefix(from)
            && wanted(after)
        {
            out.push_str(to);
            rest = after;
            boundary = false;
            continue;
        }
        out.push(c);
        boundary = c == '_';
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether a name belongs to CUDA's host side: `cudaMalloc`, `CUdevice`, `cublasSgemm`.
pub fn is_cuda_api(name: &str) -> bool {
    let follows =
        |p: &str| name.strip_prefix(p).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_uppercase()));
    follows("cuda")
        || follows("cublas")
        || follows("cufft")
        || follows("curand")
        || follows("cusparse")
        || follows("cusolver")
        || name.starts_with("CUDA_")
        || name.starts_with("CUBLAS_")
        || follows("cu") && crate::apis::is_driver_call(name)
}

/// Whether a name belongs to MUSA's host side.
pub fn is_musa_api(name: &str) -> bool {
    let follows =
        |p: &str| name.strip_prefix(p).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_uppercase()));
    follows("musa")
        || follows("mublas")
        || follows("mufft")
        || follows("murand")
        || follows("musparse")
        || follows("musolver")
        || name.starts_with("MUSA_")
        || name.starts_with("MUBLAS_")
}

/// Runtime functions seen in real MUSA code, without their prefix.
const SEEN: &str = "DeviceCanAccessPeer DeviceDisablePeerAccess DeviceEnablePeerAccess DeviceGetDefaultMemPool \
    DeviceGetPCIBusId DeviceGetStreamPriorityRange DeviceSynchronize DriverGetVersion EventCreate EventCreateWithFlags \
    EventDestroy EventElapsedTime EventQuery EventRecord EventSynchronize Free FreeAsync FreeHost FuncSetAttribute GetDevice \
    GetDeviceCount GetDeviceProperties GetErrorName GetErrorString GetLastError GraphDebugDotPrint GraphDestroy \
    GraphExecDestroy GraphExecUpdate GraphGetNodes GraphInstantiate GraphKernelNodeGetParams GraphKernelNodeSetParams \
    GraphLaunch GraphNodeGetType HostAlloc HostGetDevicePointer HostRegister HostUnregister IpcCloseMemHandle \
    IpcGetEventHandle IpcGetMemHandle IpcOpenEventHandle IpcOpenMemHandle LaunchHostFunc LaunchKernel Malloc Malloc3D \
    MallocAsync MallocHost MallocManaged MallocPitch MemAdvise MemGetInfo MemPoolGetAttribute MemPoolSetAttribute \
    MemPoolTrimTo Memcpy Memcpy2DAsync MemcpyAsync MemcpyPeer MemcpyPeerAsync Memset Memset2D Memset3D MemsetAsync \
    OccupancyMaxPotentialBlockSize PointerGetAttributes RuntimeGetVersion SetDevice StreamBeginCapture StreamCreate \
    StreamCreateWithFlags StreamCreateWithPriority StreamDestroy StreamEndCapture StreamGetCaptureInfo StreamGetPriority \
    StreamIsCapturing StreamQuery StreamSynchronize StreamWaitEvent ThreadExchangeStreamCaptureMode";

/// Whether a MUSA runtime function was seen in real code.
pub fn is_verified_musa(name: &str) -> bool {
    name.strip_prefix("musa").is_some_and(|bare| SEEN.split_ascii_whitespace().any(|s| s == bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules_and_their_exceptions() {
        let cases = [
            ("cudaMalloc", "musaMalloc"),
            ("cudaMemcpyHostToDevice", "musaMemcpyHostToDevice"),
            ("cublasSgemm", "mublasSgemm"),
            ("CUBLAS_STATUS_SUCCESS", "MUBLAS_STATUS_SUCCESS"),
            ("cuda_runtime.h", "musa_runtime.h"),
            ("cuLaunchKernel", "muLaunchKernel"),
            ("CUdevice", "MUdevice"),
            ("CUDA_VERSION", "MUSA_COMP_VERSION"),
            ("__nv_bfloat16", "__mt_bfloat16"),
            ("__nvvm_foo", "__mtvm_foo"),
            ("nvtxRangePush", "mttxRangePush"),
            ("CUSTOM_THING", "CUSTOM_THING"),
            ("CURRENT", "CURRENT"),
            ("CUTLASS", "MUTLASS"),
            ("cutoff", "cutoff"),
            ("curandState", "murandState"),
            ("CUtensorMap", "MUtensorDescriptor"),
            ("计数cu", "计数cu"),
        ];
        for (from, to) in cases {
            assert_eq!(to_musa(from), to, "{from}");
        }
    }

    #[test]
    fn only_names_seen_in_use_count_as_verified() {
        assert!(is_verified_musa("musaMalloc"));
        assert!(!is_verified_musa("musaBindTexture"));
        assert!(is_cuda_api("cudaFree") && !is_cuda_api("cudaish") && is_musa_api("musaFree"));
    }
}
