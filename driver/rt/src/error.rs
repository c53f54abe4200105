//! CUDA's error codes, their names and their texts, for both spellings.
//!
//! The numbers are those of the public runtime API; most of them are also the driver API's.

use std::ffi::{CStr, c_char};

/// An error code; never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error(pub i32);

/// What API functions end with.
pub type Result<T = ()> = std::result::Result<T, Error>;

// `errors! { INVALID_VALUE = 1, "InvalidValue", "text" }` expands to `impl Error { pub const INVALID_VALUE … }` and to
// `TABLE`, whose names carry both prefixes.
macro_rules! errors {
    ($($constant:ident = $code:literal, $name:literal, $driver:literal, $text:literal;)*) => {
        // Every code has a constant, whether the library gives it or only the server does.
        #[allow(missing_docs, dead_code)]
        impl Error { $(pub const $constant: Error = Error($code);)* }

        /// Code, cuda name, musa name, driver name, driver name for MUSA, text.
        static TABLE: &[(i32, &CStr, &CStr, &CStr, &CStr, &CStr)] = &[$((
            $code,
            cstr(concat!("cudaError", $name, "\0")),
            cstr(concat!("musaError", $name, "\0")),
            cstr(concat!("CUDA_ERROR_", $driver, "\0")),
            cstr(concat!("MUSA_ERROR_", $driver, "\0")),
            cstr(concat!($text, "\0")),
        )),*];
    };
}

const fn cstr(text: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => c"",
    }
}

errors! {
    INVALID_VALUE = 1, "InvalidValue", "INVALID_VALUE", "invalid argument";
    MEMORY_ALLOCATION = 2, "MemoryAllocation", "OUT_OF_MEMORY", "out of memory";
    INITIALIZATION = 3, "InitializationError", "NOT_INITIALIZED", "initialization error";
    UNLOADING = 4, "CudartUnloading", "DEINITIALIZED", "driver shutting down";
    PROFILER_DISABLED = 5, "ProfilerDisabled", "PROFILER_DISABLED", "profiler disabled while using external profiling tool";
    INVALID_CONFIGURATION = 9, "InvalidConfiguration", "INVALID_CONFIGURATION", "invalid configuration argument";
    INVALID_PITCH = 12, "InvalidPitchValue", "INVALID_PITCH", "invalid pitch argument";
    INVALID_SYMBOL = 13, "InvalidSymbol", "INVALID_SYMBOL", "invalid device symbol";
    INVALID_HOST_POINTER = 16, "InvalidHostPointer", "INVALID_HOST_POINTER", "invalid host pointer";
    INVALID_DEVICE_POINTER = 17, "InvalidDevicePointer", "INVALID_DEVICE_POINTER", "invalid device pointer";
    INVALID_TEXTURE = 18, "InvalidTexture", "INVALID_TEXTURE", "invalid texture reference";
    INVALID_CHANNEL = 20, "InvalidChannelDescriptor", "INVALID_CHANNEL", "invalid channel descriptor";
    INVALID_COPY_DIRECTION = 21, "InvalidMemcpyDirection", "INVALID_COPY_DIRECTION", "invalid copy direction for memcpy";
    INSUFFICIENT_DRIVER = 35, "InsufficientDriver", "INSUFFICIENT_DRIVER", "CUDA driver version is insufficient for CUDA runtime version";
    DEVICE_UNAVAILABLE = 46, "DevicesUnavailable", "DEVICE_UNAVAILABLE", "CUDA-capable device(s) is/are busy or unavailable";
    MISSING_CONFIGURATION = 52, "MissingConfiguration", "MISSING_CONFIGURATION", "__global__ function call is not configured";
    INVALID_DEVICE_FUNCTION = 98, "InvalidDeviceFunction", "INVALID_DEVICE_FUNCTION", "invalid device function";
    NO_DEVICE = 100, "NoDevice", "NO_DEVICE", "no CUDA-capable device is detected";
    INVALID_DEVICE = 101, "InvalidDevice", "INVALID_DEVICE", "invalid device ordinal";
    INVALID_KERNEL_IMAGE = 200, "InvalidKernelImage", "INVALID_IMAGE", "device kernel image is invalid";
    INVALID_CONTEXT = 201, "DeviceUninitialized", "INVALID_CONTEXT", "invalid device context";
    NO_KERNEL_IMAGE = 209, "NoKernelImageForDevice", "NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device";
    PEER_UNSUPPORTED = 217, "PeerAccessUnsupported", "PEER_ACCESS_UNSUPPORTED", "peer access is not supported between these two devices";
    INVALID_PTX = 218, "InvalidPtx", "INVALID_PTX", "a PTX JIT compilation failed";
    UNSUPPORTED_PTX = 222, "UnsupportedPtxVersion", "UNSUPPORTED_PTX_VERSION", "the provided PTX was compiled with an unsupported toolchain.";
    INVALID_SOURCE = 300, "InvalidSource", "INVALID_SOURCE", "device kernel image is invalid";
    FILE_NOT_FOUND = 301, "FileNotFound", "FILE_NOT_FOUND", "file not found";
    SHARED_OBJECT_SYMBOL = 302, "SharedObjectSymbolNotFound", "SHARED_OBJECT_SYMBOL_NOT_FOUND", "shared object symbol not found";
    OPERATING_SYSTEM = 304, "OperatingSystem", "OPERATING_SYSTEM", "OS call failed or operation not supported on this OS";
    INVALID_HANDLE = 400, "InvalidResourceHandle", "INVALID_HANDLE", "invalid resource handle";
    ILLEGAL_STATE = 401, "IllegalState", "ILLEGAL_STATE", "the operation cannot be performed in the present state";
    SYMBOL_NOT_FOUND = 500, "SymbolNotFound", "NOT_FOUND", "named symbol not found";
    NOT_READY = 600, "NotReady", "NOT_READY", "device not ready";
    ILLEGAL_ADDRESS = 700, "IllegalAddress", "ILLEGAL_ADDRESS", "an illegal memory access was encountered";
    LAUNCH_OUT_OF_RESOURCES = 701, "LaunchOutOfResources", "LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch";
    LAUNCH_TIMEOUT = 702, "LaunchTimeout", "LAUNCH_TIMEOUT", "the launch timed out and was terminated";
    PEER_ALREADY_ENABLED = 704, "PeerAccessAlreadyEnabled", "PEER_ACCESS_ALREADY_ENABLED", "peer access is already enabled";
    PEER_NOT_ENABLED = 705, "PeerAccessNotEnabled", "PEER_ACCESS_NOT_ENABLED", "peer access has not been enabled";
    CONTEXT_DESTROYED = 709, "ContextIsDestroyed", "CONTEXT_IS_DESTROYED", "context is destroyed";
    ASSERT = 710, "Assert", "ASSERT", "device-side assert triggered";
    HOST_ALREADY_REGISTERED = 712, "HostMemoryAlreadyRegistered", "HOST_MEMORY_ALREADY_REGISTERED", "part or all of the requested memory range is already mapped";
    HOST_NOT_REGISTERED = 713, "HostMemoryNotRegistered", "HOST_MEMORY_NOT_REGISTERED", "pointer does not correspond to a registered memory region";
    HARDWARE_STACK = 714, "HardwareStackError", "HARDWARE_STACK_ERROR", "hardware stack error";
    ILLEGAL_INSTRUCTION = 715, "IllegalInstruction", "ILLEGAL_INSTRUCTION", "an illegal instruction was encountered";
    MISALIGNED_ADDRESS = 716, "MisalignedAddress", "MISALIGNED_ADDRESS", "misaligned address";
    INVALID_ADDRESS_SPACE = 717, "InvalidAddressSpace", "INVALID_ADDRESS_SPACE", "operation not supported on global/shared address space";
    INVALID_PC = 718, "InvalidPc", "INVALID_PC", "invalid program counter";
    LAUNCH_FAILURE = 719, "LaunchFailure", "LAUNCH_FAILED", "unspecified launch failure";
    COOPERATIVE_TOO_LARGE = 720, "CooperativeLaunchTooLarge", "COOPERATIVE_LAUNCH_TOO_LARGE", "too many blocks in cooperative launch";
    NOT_PERMITTED = 800, "NotPermitted", "NOT_PERMITTED", "operation not permitted";
    NOT_SUPPORTED = 801, "NotSupported", "NOT_SUPPORTED", "operation not supported";
    CAPTURE_UNSUPPORTED = 900, "StreamCaptureUnsupported", "STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing";
    CAPTURE_INVALIDATED = 901, "StreamCaptureInvalidated", "STREAM_CAPTURE_INVALIDATED", "operation failed due to a previous error during capture";
    CAPTURE_UNMATCHED = 903, "StreamCaptureUnmatched", "STREAM_CAPTURE_UNMATCHED", "capture was not initiated in this stream";
    CAPTURE_UNJOINED = 904, "StreamCaptureUnjoined", "STREAM_CAPTURE_UNJOINED", "capturing stream has unjoined work";
    CAPTURED_EVENT = 907, "CapturedEvent", "CAPTURED_EVENT", "operation not permitted on an event last recorded in a capturing stream";
    UNKNOWN = 999, "Unknown", "UNKNOWN", "unknown error";
}

/// Which API asks for a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `cudaError…`
    Cuda,
    /// `musaError…`
    Musa,
    /// `CUDA_ERROR_…`
    CudaDriver,
    /// `MUSA_ERROR_…`
    MusaDriver,
}

/// The constant's name; `None` for codes that are none.
pub fn name(code: i32, spelling: Spelling) -> Option<&'static CStr> {
    if code == 0 {
        return Some(match spelling {
            Spelling::Cuda => c"cudaSuccess",
            Spelling::Musa => c"musaSuccess",
            Spelling::CudaDriver => c"CUDA_SUCCESS",
            Spelling::MusaDriver => c"MUSA_SUCCESS",
        });
    }
    TABLE.iter().find(|row| row.0 == code).map(|row| match spelling {
        Spelling::Cuda => row.1,
        Spelling::Musa => row.2,
        Spelling::CudaDriver => row.3,
        Spelling::MusaDriver => row.4,
    })
}

/// The text for people; `None` for codes that are none.
pub fn text(code: i32) -> Option<&'static CStr> {
    if code == 0 {
        return Some(c"no error");
    }
    TABLE.iter().find(|row| row.0 == code).map(|row| row.5)
}

/// For the C side, which always wants a string.
pub fn or_unrecognized(text: Option<&'static CStr>) -> *const c_char {
    text.unwrap_or(c"unrecognized error code").as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_both_spellings_and_a_text() {
        assert_eq!(name(2, Spelling::Cuda), Some(c"cudaErrorMemoryAllocation"));
        assert_eq!(name(2, Spelling::Musa), Some(c"musaErrorMemoryAllocation"));
        assert_eq!(name(2, Spelling::CudaDriver), Some(c"CUDA_ERROR_OUT_OF_MEMORY"));
        assert_eq!(text(0), Some(c"no error"));
        assert!(TABLE.iter().all(|row| !row.1.is_empty() && !row.5.is_empty()));
        assert!(TABLE.is_sorted_by_key(|row| row.0), "the table is in order of codes");
        assert_eq!(name(123_456, Spelling::Cuda), None);
    }
}
