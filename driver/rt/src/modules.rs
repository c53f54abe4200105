//! The device code a program carries: fat binaries registered before `main`, their functions and variables, and
//! what they became on each device.
//!
//! Registration only notes pointers. Images go to the device process at the first use of anything in any of them,
//! all together, because modules of one program may take functions and variables from one another; an image that
//! cannot be loaded is an error only for those who use it.

use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use warplens_driver_protocol::message::KernelFacts;
use warplens_driver_protocol::wire::Bytes;
use warplens_driver_protocol::{Reply, Request};

use crate::error::{Error, Result};
use crate::images::{self, Image, Wrapper};
use crate::{link, stdio};

/// Bytes of an image sent at once.
const PIECE: usize = 192 << 10;

#[derive(Default)]
struct Binary {
    /// One, or those that a vendor's device linker left to the runtime.
    images: Vec<Image>,
    /// Module, or why there is none, by device.
    loaded: HashMap<u32, Result<u32>>,
    /// Host pointer to a managed variable's address, and the variable's name and size.
    managed: Vec<(usize, String, usize)>,
    gone: bool,
}

#[derive(Clone)]
struct Named {
    binary: usize,
    name: Arc<str>,
    size: usize,
}

#[derive(Default)]
struct Registry {
    binaries: Vec<Binary>,
    functions: HashMap<usize, Named>,
    variables: HashMap<usize, Named>,
    kernels: HashMap<(usize, u32), Arc<KernelFacts>>,
    regions: HashMap<(usize, u32), (u64, u64)>,
    /// Devices for which something was registered since modules were last loaded.
    fresh: HashMap<u32, usize>,
}

static REGISTRY: Mutex<Option<Registry>> = Mutex::new(None);

fn with<T>(f: impl FnOnce(&mut Registry) -> T) -> T {
    let mut guard: MutexGuard<'_, Option<Registry>> = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    f(guard.get_or_insert_default())
}

unsafe fn string(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: the compiler's registration code passes C strings.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

/// A handle as the compiler's code keeps it: the binary's number, made to look like a pointer.
fn handle_of(index: usize) -> *mut c_void {
    ((index + 1) << 4) as *mut c_void
}

fn index_of(handle: *mut c_void) -> Option<usize> {
    (handle as usize >> 4).checked_sub(1)
}

/// Notes a fat binary.
pub unsafe fn register(wrapper: *const Wrapper) -> *mut c_void {
    let mut binary = Binary::default();
    // SAFETY: the compiler's code passes its wrapper.
    if let Some(wrapper) = unsafe { wrapper.as_ref() } {
        // SAFETY: as above.
        match unsafe { wrapper.images() } {
            Some(images) => binary.images = images,
            None => stdio::warn(&format!("a fat binary with unknown magic {:#x}", wrapper.magic)),
        }
    }
    with(|registry| {
        registry.binaries.push(binary);
        handle_of(registry.binaries.len() - 1)
    })
}

/// All of a binary's parts are registered. Managed variables are read by the host without any call, so their
/// binary is loaded now.
pub fn registered(handle: *mut c_void) {
    let Some(index) = index_of(handle) else { return };
    let managed = with(|r| r.binaries.get(index).is_some_and(|b| !b.managed.is_empty()));
    // Without a device process, the first API call will say so; here nothing could be returned.
    if managed {
        let _ = module(index, 0);
        publish_managed(index, 0);
    }
}

/// Forgets a binary (its library is being unloaded, or the program ends).
pub fn unregister(handle: *mut c_void) {
    let Some(index) = index_of(handle) else { return };
    let loaded: Vec<(u32, u32)> = with(|registry| {
        registry.functions.retain(|_, f| f.binary != index);
        registry.variables.retain(|_, v| v.binary != index);
        let Some(binary) = registry.binaries.get_mut(index) else { return Vec::new() };
        binary.gone = true;
        binary.images.clear();
        binary.loaded.drain().filter_map(|(device, module)| Some((device, module.ok()?))).collect()
    });
    for (device, module) in loaded {
        // At exit the device process may be gone already.
        let _ = link::tell(&Request::Unload { device, module });
    }
}

/// Notes a kernel.
pub unsafe fn register_function(handle: *mut c_void, host: *const c_void, name: *const c_char) {
    let Some(binary) = index_of(handle) else { return };
    // SAFETY: as for the caller.
    let name = unsafe { string(name) };
    let named = Named { binary, name: name.into(), size: 0 };
    with(|registry| registry.functions.insert(host as usize, named));
}

/// Notes a variable.
pub unsafe fn register_variable(handle: *mut c_void, host: *const c_void, name: *const c_char, size: usize) {
    let Some(binary) = index_of(handle) else { return };
    // SAFETY: as for the caller.
    let name = unsafe { string(name) };
    let named = Named { binary, name: name.into(), size };
    with(|registry| registry.variables.insert(host as usize, named));
}

/// Notes a managed variable: `pointer` is where the host keeps its address.
pub unsafe fn register_managed(
    handle: *mut c_void,
    pointer: *mut *mut c_void,
    name: *const c_char,
    size: usize,
) {
    let Some(index) = index_of(handle) else { return };
    // SAFETY: as for the caller.
    let name = unsafe { string(name) };
    with(|registry| {
        if let Some(binary) = registry.binaries.get_mut(index) {
            binary.managed.push((pointer as usize, name.clone(), size));
        }
        let named = Named { binary: index, name: name.into(), size };
        registry.variables.insert(pointer as usize, named);
    });
}

/// Loads an image on a device; the answer is its module.
pub fn load(device: u32, name: &str, image: &[u8]) -> Result<u32> {
    for piece in image.chunks(PIECE) {
        link::tell(&Request::Stage { piece: Bytes(piece.to_vec()) })?;
    }
    match link::call(&Request::Load { device, name: name.to_owned() })? {
        Reply::Module { module } => Ok(module),
        _ => Err(Error::UNKNOWN),
    }
}

/// Uploads are several requests; two threads must not mix theirs.
static UPLOAD: Mutex<()> = Mutex::new(());

/// Loads whatever was registered since the last time.
fn load_all(device: u32) -> Result {
    let count = link::device_count()?;
    if device >= count {
        return Err(Error::INVALID_DEVICE);
    }
    let _one_at_a_time = UPLOAD.lock().unwrap_or_else(PoisonError::into_inner);
    let (total, done) = with(|r| (r.binaries.len(), r.fresh.get(&device).copied().unwrap_or(0)));
    if total == done {
        return Ok(());
    }
    for index in done..total {
        let images = with(|r| r.binaries.get(index).map(|b| b.images.clone())).unwrap_or_default();
        if images.is_empty() {
            continue;
        }
        let loaded = load(device, &format!("device code {}", index + 1), &images::together(&images));
        with(|r| r.binaries.get_mut(index).and_then(|b| b.loaded.insert(device, loaded)));
    }
    with(|r| r.fresh.insert(device, total));
    link::tell(&Request::Link { device })?;
    for index in done..total {
        publish_managed(index, device);
    }
    Ok(())
}

/// Tells the host where managed variables are. They exist once, on the first device that loads them. Without a
/// device, host code reads and writes plain memory, and API calls say what is wrong.
fn publish_managed(index: usize, device: u32) {
    let (module, managed) = with(|registry| match registry.binaries.get(index) {
        Some(binary) => (binary.loaded.get(&device).copied(), binary.managed.clone()),
        None => (None, Vec::new()),
    });
    for (pointer, name, size) in managed {
        let found = match module {
            Some(Ok(module)) => find_variable(device, module, &name, true).ok(),
            _ => None,
        };
        let place = pointer as *mut u64;
        // SAFETY: the compiler's code registered this pointer for us to fill.
        let address = unsafe {
            match found {
                Some((address, _)) if device == 0 || place.read() == 0 => place.write(address),
                None if place.read() == 0 => {
                    // It lives as long as the program, like the variable it stands for.
                    let words = vec![0u64; size.div_ceil(8).max(1)];
                    place.write(Box::leak(words.into_boxed_slice()).as_ptr() as u64);
                }
                _ => {}
            }
            place.read()
        };
        // Host code that names the variable gives its address, not the pointer's.
        with(|r| {
            if let Some(named) = r.variables.get(&pointer).cloned() {
                r.variables.insert(address as usize, named);
            }
        });
    }
}

fn module(index: usize, device: u32) -> Result<u32> {
    load_all(device)?;
    with(|r| r.binaries.get(index).and_then(|b| b.loaded.get(&device).copied()))
        .unwrap_or(Err(Error::INVALID_KERNEL_IMAGE))
}

/// Facts about the kernel behind a host function, on a device.
pub fn kernel(host: *const c_void, device: u32) -> Result<Arc<KernelFacts>> {
    let key = (host as usize, device);
    let (known, named) = with(|r| (r.kernels.get(&key).cloned(), r.functions.get(&(host as usize)).cloned()));
    if let Some(facts) = known {
        return Ok(facts);
    }
    let Some(named) = named else {
        return crate::driver::function_kernel(host, device).ok_or(Error::INVALID_DEVICE_FUNCTION);
    };
    let facts = Arc::new(find_kernel(device, module(named.binary, device)?, &named.name)?);
    with(|r| r.kernels.insert(key, facts.clone()));
    Ok(facts)
}

/// Asks for a kernel of a module.
pub fn find_kernel(device: u32, module: u32, name: &str) -> Result<KernelFacts> {
    match link::call(&Request::Kernel { device, module, name: name.to_owned() })? {
        Reply::Kernel { facts } => Ok(facts),
        _ => Err(Error::UNKNOWN),
    }
}

/// Address and size of the variable behind a host symbol, on a device.
pub fn variable(host: *const c_void, device: u32) -> Result<(u64, u64)> {
    let key = (host as usize, device);
    let (known, named) = with(|r| (r.regions.get(&key).copied(), r.variables.get(&(host as usize)).cloned()));
    if let Some(region) = known {
        return Ok(region);
    }
    let named = named.ok_or(Error::INVALID_SYMBOL)?;
    let module = module(named.binary, device)?;
    let region = find_variable(device, module, &named.name, false)?;
    // An array declared without a size on one side: the host's word counts.
    let region = (region.0, if named.size != 0 { named.size as u64 } else { region.1 });
    with(|r| r.regions.insert(key, region));
    Ok(region)
}

/// Asks for a variable of a module; a managed one is the host's too.
pub fn find_variable(device: u32, module: u32, name: &str, managed: bool) -> Result<(u64, u64)> {
    match link::call(&Request::Variable { device, module, name: name.to_owned(), managed })? {
        Reply::Region { address, bytes } => Ok((address, bytes)),
        _ => Err(Error::UNKNOWN),
    }
}

/// Loads a caller's image (driver API), given as bytes in memory of unknown length.
pub unsafe fn load_image(device: u32, at: *const c_void) -> Result<u32> {
    // SAFETY: the caller gives an image, or a wrapper of one.
    let images = unsafe { images::of_caller(at) }.ok_or(Error::INVALID_VALUE)?;
    let _one_at_a_time = UPLOAD.lock().unwrap_or_else(PoisonError::into_inner);
    let module = load(device, "a module of the program", &images::together(&images))?;
    link::tell(&Request::Link { device })?;
    Ok(module)
}

/// What the device side of a reset forgets, the library forgets too.
pub fn forget(device: u32) {
    with(|registry| {
        registry.kernels.retain(|key, _| key.1 != device);
        registry.regions.retain(|key, _| key.1 != device);
        registry.fresh.remove(&device);
        for binary in &mut registry.binaries {
            binary.loaded.remove(&device);
        }
    });
}
