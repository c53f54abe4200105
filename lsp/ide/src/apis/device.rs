//! What device code is given: variables, qualifiers, functions.

/// (name, declaration, help)
pub(super) const VARIABLES: &[(&str, &str, &str)] = &[
    ("threadIdx", "uint3 threadIdx", "The thread's place in its block."),
    ("blockIdx", "uint3 blockIdx", "The block's place in the grid."),
    ("blockDim", "dim3 blockDim", "How many threads the block has in each direction."),
    ("gridDim", "dim3 gridDim", "How many blocks the grid has in each direction."),
    ("warpSize", "int warpSize", "Lanes of a warp: 32 on NVIDIA and on mp_31, 128 on mp_21 and mp_22."),
];

pub(super) const QUALIFIERS: &[(&str, &str, &str)] = &[
    (
        "__global__",
        "__global__",
        "A kernel: runs on the device, launched from the host with `<<<grid, block>>>`; returns `void`.",
    ),
    (
        "__device__",
        "__device__",
        "Runs on the device, called from device code; on a variable: lives in device memory.",
    ),
    ("__host__", "__host__", "Runs on the host; together with `__device__`, compiled for both."),
    ("__shared__", "__shared__", "Lives in shared memory: one copy a block, seen by all its threads."),
    (
        "__constant__",
        "__constant__",
        "Lives in constant memory: 64 KiB, read-only to kernels, fast when all lanes read one address.",
    ),
    ("__managed__", "__managed__", "Lives in managed memory, reachable from host and device."),
    (
        "__restrict__",
        "__restrict__",
        "A promise that no other pointer reaches the same data, so loads can be kept or cached.",
    ),
    ("__forceinline__", "__forceinline__", "Inline wherever it is called."),
    ("__noinline__", "__noinline__", "Do not inline."),
    (
        "__launch_bounds__",
        "__launch_bounds__(maxThreadsPerBlock, minBlocksPerMultiprocessor)",
        "Promises the largest block a kernel is launched with, so that the compiler can budget registers.",
    ),
    (
        "__grid_constant__",
        "__grid_constant__",
        "The kernel parameter stays in constant memory and is not copied to each thread.",
    ),
    ("__align__", "__align__(n)", "Aligns a type or variable to n bytes."),
];

pub(super) const FUNCTIONS: &[(&str, &str, &str)] = &[
    (
        "__syncthreads",
        "void __syncthreads()",
        "Waits until all threads of the block are here and their shared and global writes are visible to the block. Every thread that has not exited must reach it.",
    ),
    (
        "__syncthreads_count",
        "int __syncthreads_count(int predicate)",
        "Like `__syncthreads`, and tells how many threads had a non-zero predicate.",
    ),
    (
        "__syncthreads_and",
        "int __syncthreads_and(int predicate)",
        "Like `__syncthreads`, and tells whether all predicates were non-zero.",
    ),
    (
        "__syncthreads_or",
        "int __syncthreads_or(int predicate)",
        "Like `__syncthreads`, and tells whether any predicate was non-zero.",
    ),
    (
        "__syncwarp",
        "void __syncwarp(unsigned mask = 0xffffffff)",
        "Waits until all lanes in the mask are here, and orders memory among them.",
    ),
    (
        "__threadfence",
        "void __threadfence()",
        "Makes this thread's writes visible to the device before its later writes.",
    ),
    (
        "__threadfence_block",
        "void __threadfence_block()",
        "Makes this thread's writes visible to its block before its later writes.",
    ),
    (
        "__threadfence_system",
        "void __threadfence_system()",
        "Makes this thread's writes visible to host and peers before its later writes.",
    ),
    (
        "__shfl_sync",
        "T __shfl_sync(unsigned mask, T var, int srcLane, int width = warpSize)",
        "Gets `var` of lane `srcLane`.",
    ),
    (
        "__shfl_up_sync",
        "T __shfl_up_sync(unsigned mask, T var, unsigned delta, int width = warpSize)",
        "Gets `var` of the lane `delta` below.",
    ),
    (
        "__shfl_down_sync",
        "T __shfl_down_sync(unsigned mask, T var, unsigned delta, int width = warpSize)",
        "Gets `var` of the lane `delta` above.",
    ),
    (
        "__shfl_xor_sync",
        "T __shfl_xor_sync(unsigned mask, T var, int laneMask, int width = warpSize)",
        "Gets `var` of the lane whose number differs in the bits of `laneMask`.",
    ),
    (
        "__ballot_sync",
        "unsigned __ballot_sync(unsigned mask, int predicate)",
        "A bit for each lane: whether its predicate is non-zero.",
    ),
    (
        "__any_sync",
        "int __any_sync(unsigned mask, int predicate)",
        "Whether any lane's predicate is non-zero.",
    ),
    (
        "__all_sync",
        "int __all_sync(unsigned mask, int predicate)",
        "Whether all lanes' predicates are non-zero.",
    ),
    (
        "__activemask",
        "unsigned __activemask()",
        "The lanes that happen to run together now. It promises nothing of what follows.",
    ),
    (
        "__match_any_sync",
        "unsigned __match_any_sync(unsigned mask, T value)",
        "The lanes that hold the same value.",
    ),
    (
        "__match_all_sync",
        "unsigned __match_all_sync(unsigned mask, T value, int *pred)",
        "The mask if all lanes hold the same value, else 0.",
    ),
    (
        "__reduce_add_sync",
        "unsigned __reduce_add_sync(unsigned mask, unsigned value)",
        "The sum over the lanes (compute capability 8.0).",
    ),
    (
        "__reduce_min_sync",
        "unsigned __reduce_min_sync(unsigned mask, unsigned value)",
        "The least value of the lanes (compute capability 8.0).",
    ),
    (
        "__reduce_max_sync",
        "unsigned __reduce_max_sync(unsigned mask, unsigned value)",
        "The greatest value of the lanes (compute capability 8.0).",
    ),
    ("atomicAdd", "T atomicAdd(T *address, T val)", "Adds in one step; returns the old value."),
    ("atomicSub", "int atomicSub(int *address, int val)", "Subtracts in one step; returns the old value."),
    ("atomicExch", "T atomicExch(T *address, T val)", "Exchanges in one step; returns the old value."),
    ("atomicMin", "T atomicMin(T *address, T val)", "Keeps the lesser in one step; returns the old value."),
    ("atomicMax", "T atomicMax(T *address, T val)", "Keeps the greater in one step; returns the old value."),
    (
        "atomicInc",
        "unsigned atomicInc(unsigned *address, unsigned val)",
        "Counts up, wrapping to 0 after val; returns the old value.",
    ),
    (
        "atomicDec",
        "unsigned atomicDec(unsigned *address, unsigned val)",
        "Counts down, wrapping to val at 0; returns the old value.",
    ),
    (
        "atomicCAS",
        "T atomicCAS(T *address, T compare, T val)",
        "Stores val if the old value equals compare; returns the old value.",
    ),
    ("atomicAnd", "T atomicAnd(T *address, T val)", "Bitwise and in one step; returns the old value."),
    ("atomicOr", "T atomicOr(T *address, T val)", "Bitwise or in one step; returns the old value."),
    (
        "atomicXor",
        "T atomicXor(T *address, T val)",
        "Bitwise exclusive or in one step; returns the old value.",
    ),
    ("__ldg", "T __ldg(const T *address)", "Loads through the read-only data cache."),
    ("__ldcs", "T __ldcs(const T *address)", "Loads data that is used once."),
    ("__stcs", "void __stcs(T *address, T value)", "Stores data that is not read soon."),
    ("__popc", "int __popc(unsigned x)", "How many bits are set."),
    ("__popcll", "int __popcll(unsigned long long x)", "How many bits are set."),
    ("__clz", "int __clz(int x)", "How many leading bits are zero."),
    ("__ffs", "int __ffs(int x)", "The place of the lowest set bit, from 1; 0 if none is."),
    ("__brev", "unsigned __brev(unsigned x)", "The bits in reverse order."),
    (
        "__byte_perm",
        "unsigned __byte_perm(unsigned x, unsigned y, unsigned s)",
        "Picks four bytes of x and y by the selectors in s.",
    ),
    ("__fmaf_rn", "float __fmaf_rn(float x, float y, float z)", "x * y + z, rounded once."),
    ("__fdividef", "float __fdividef(float x, float y)", "A fast, approximate division."),
    ("__expf", "float __expf(float x)", "A fast, approximate e to the x."),
    ("__logf", "float __logf(float x)", "A fast, approximate natural logarithm."),
    ("__sinf", "float __sinf(float x)", "A fast, approximate sine."),
    ("__cosf", "float __cosf(float x)", "A fast, approximate cosine."),
    ("__powf", "float __powf(float x, float y)", "A fast, approximate power."),
    ("rsqrtf", "float rsqrtf(float x)", "One over the square root."),
    (
        "__mul24",
        "int __mul24(int x, int y)",
        "Multiplies the low 24 bits; slower than `*` on current devices.",
    ),
    (
        "__umul24",
        "unsigned __umul24(unsigned x, unsigned y)",
        "Multiplies the low 24 bits; slower than `*` on current devices.",
    ),
    ("__mulhi", "int __mulhi(int x, int y)", "The upper 32 bits of the product."),
    ("__umulhi", "unsigned __umulhi(unsigned x, unsigned y)", "The upper 32 bits of the product."),
    ("__dp4a", "int __dp4a(int a, int b, int c)", "The dot product of four bytes, plus c."),
    ("__float2half", "__half __float2half(float x)", "Converts to half precision, to nearest."),
    ("__half2float", "float __half2float(__half x)", "Converts to single precision."),
    ("__hfma", "__half __hfma(__half a, __half b, __half c)", "a * b + c in half precision, rounded once."),
    ("__float_as_int", "int __float_as_int(float x)", "The bits of a float as an int."),
    ("__int_as_float", "float __int_as_float(int x)", "A float of these bits."),
    ("clock64", "long long clock64()", "A counter of the multiprocessor's cycles."),
    ("__nanosleep", "void __nanosleep(unsigned ns)", "Sleeps for about this many nanoseconds."),
    ("__trap", "void __trap()", "Ends the kernel with an error."),
    ("__brkpt", "void __brkpt()", "Stops in a debugger."),
    ("__assume", "void __assume(bool condition)", "Promises the compiler that a condition holds."),
    ("__isShared", "unsigned __isShared(const void *ptr)", "Whether a pointer points to shared memory."),
    (
        "__cvta_generic_to_shared",
        "size_t __cvta_generic_to_shared(const void *ptr)",
        "The shared-memory address of a pointer, for inline assembly.",
    ),
];
