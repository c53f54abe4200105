//! The device: memory, loaded modules, launches.
//!
//! What it does not do: files, streams, host time. A launch runs to its end before `launch` returns; ordering launches
//! and copies is the caller's business. Memory may be allocated and freed from other threads while a launch runs, and
//! bytes may be read and written: what a kernel and its host do to the same bytes at once is theirs to order.

mod crew;
mod layout;
mod report;
mod run;
mod texture;

use std::collections::HashMap;
use std::sync::RwLock;

use warplens_ptx::ast;
use warplens_ptx::resolve::Resolved;
use warplens_ptx::span::LineIndex;

use crate::exec::row::Isa;
use crate::launch::{KernelId, KernelInfo, ModuleId};
use crate::limits::Limits;
use crate::lower::Place;
use crate::lower::code::{Callee, Code, Control};
use crate::lower::pool::Pool;
use crate::memory::{AccessError, Arena, Lent, Lookup, NotAllocated, OutOfMemory, Table};

/// A module that cannot be loaded.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}", .problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LoadError {
    /// Everything that is wrong, in the order of the text.
    pub problems: Vec<Problem>,
}

/// One thing that keeps a module from loading.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Line in the PTX, from 1; 0 when it has no place.
    pub line: u32,
    /// Column in bytes, from 1.
    pub column: u32,
    /// What.
    pub message: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            _ => write!(f, "line {}:{}: {}", self.line, self.column, self.message),
        }
    }
}

/// A loaded module: its text and what it means.
#[derive(Debug)]
pub struct LoadedModule {
    /// The PTX.
    pub text: String,
    /// As parsed.
    pub module: ast::Module,
    /// With names resolved.
    pub resolved: Resolved,
    /// Line starts of the text.
    pub lines: LineIndex,
    places: Vec<Place>,
    code_of: Vec<Option<u32>>,
    owned: Vec<u64>,
}

/// How lowering is done.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeOptions {
    /// Keep each register in a place of its own, so that a debugger can show all of them.
    pub keep_registers: bool,
}

/// An embedded device.
pub struct Device {
    limits: Limits,
    arena: Arena,
    table: RwLock<Table>,
    isa: Isa,
    options: CodeOptions,
    modules: Vec<Option<LoadedModule>>,
    codes: Vec<Code>,
    pool: Pool,
    blocks: u32,
    sites: u32,
    launches: std::sync::atomic::AtomicU64,
    objects: RwLock<std::sync::Arc<crate::texture::Objects>>,
    scratch: std::sync::Mutex<Vec<crate::exec::ctx::Scratch>>,
    crew: std::sync::Mutex<crew::Crew>,
}

impl Device {
    /// A device with the limits of a model and this memory.
    pub fn new(limits: Limits, arena: Arena) -> Device {
        let len = arena.len().min(limits.memory_bytes);
        let table = RwLock::new(Table::new(arena.base(), len));
        Device {
            limits,
            arena,
            table,
            isa: Isa::detect(),
            options: CodeOptions::default(),
            modules: Vec::new(),
            codes: Vec::new(),
            pool: Pool::default(),
            blocks: 0,
            sites: 0,
            launches: Default::default(),
            objects: Default::default(),
            scratch: Default::default(),
            crew: Default::default(),
        }
    }

    /// Changes how modules loaded from now on are lowered.
    pub fn set_code_options(&mut self, options: CodeOptions) {
        self.options = options;
    }

    /// What the device allows.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Parses, checks and lowers PTX, allocates its variables, and links it with the modules already loaded.
    ///
    /// # Errors
    /// Everything in the text that is wrong or that the device cannot execute; nothing is loaded then.
    pub fn load(&mut self, ptx: &str) -> Result<ModuleId, LoadError> {
        let id = ModuleId(self.modules.len() as u32);
        let loaded = layout::load(self, id, ptx)?;
        self.modules.push(Some(loaded));
        self.link();
        Ok(id)
    }

    /// Forgets a module and frees its variables. Its code stays known to function pointers.
    pub fn unload(&mut self, m: ModuleId) {
        if let Some(loaded) = self.modules.get_mut(m.0 as usize).and_then(Option::take) {
            for address in loaded.owned {
                // The table knows every address the module owns.
                let _ = self.free(address);
            }
        }
    }

    /// A loaded module's text and meaning.
    pub fn source(&self, m: ModuleId) -> Option<&LoadedModule> {
        self.modules.get(m.0 as usize)?.as_ref()
    }

    /// All kernels of a module, in order.
    pub fn kernels(&self, m: ModuleId) -> Vec<KernelInfo> {
        let Some(loaded) = self.source(m) else { return Vec::new() };
        let entries =
            loaded.resolved.funcs.iter().enumerate().filter(|(_, f)| f.is_entry && f.body.is_some());
        entries.filter_map(|(i, _)| self.kernel_info(KernelId { module: m, func: i as u32 })).collect()
    }

    /// A kernel by its PTX name.
    pub fn kernel(&self, m: ModuleId, name: &str) -> Option<KernelInfo> {
        let loaded = self.source(m)?;
        let symbol = loaded.module.names.find(name)?;
        let i =
            loaded.resolved.funcs.iter().position(|f| f.name == symbol && f.is_entry && f.body.is_some())?;
        self.kernel_info(KernelId { module: m, func: i as u32 })
    }

    /// Facts about a kernel.
    pub fn kernel_info(&self, id: KernelId) -> Option<KernelInfo> {
        report::kernel_info(self, id)
    }

    /// Address and size of a module-scope variable in device memory.
    pub fn variable(&self, m: ModuleId, name: &str) -> Option<(u64, u64)> {
        let loaded = self.source(m)?;
        let symbol = loaded.module.names.find(name)?;
        let vars = loaded.resolved.vars.iter().zip(&loaded.places);
        let found = vars.into_iter().find(|(v, _)| v.owner.is_none() && v.name == symbol)?;
        match found.1 {
            Place::Global(a) => Some((*a, found.0.size)),
            _ => None,
        }
    }

    /// Allocates device memory, aligned to 256 bytes.
    ///
    /// # Errors
    /// When no free range is large enough.
    pub fn alloc(&self, bytes: u64, label: Option<&str>) -> Result<u64, OutOfMemory> {
        self.table_to_change().alloc(bytes, 1, label)
    }

    /// As [`Device::alloc`], aligned to `align` bytes (a power of two) where that is more.
    ///
    /// # Errors
    /// When no free range is large enough.
    pub fn alloc_aligned(&self, bytes: u64, align: u64, label: Option<&str>) -> Result<u64, OutOfMemory> {
        self.table_to_change().alloc(bytes, align, label)
    }

    /// Frees an allocation; gives its size.
    ///
    /// # Errors
    /// When the address is not the start of one.
    pub fn free(&self, address: u64) -> Result<u64, NotAllocated> {
        self.table_to_change().free(address)
    }

    /// What another device needs to use this one's memory.
    pub fn lent_memory(&self) -> Lent {
        self.table().lent()
    }

    /// Lets kernels use the memory of another device, or no longer. Both arenas must lie as far from each other in
    /// this process as their guest addresses do.
    pub fn use_peer(&self, peer: &Lent, on: bool) {
        self.table_to_change().use_peer(peer, on);
    }

    /// Bytes allocated, and bytes in all.
    pub fn memory_use(&self) -> (u64, u64) {
        (self.table().used(), self.arena.len().min(self.limits.memory_bytes))
    }

    /// The allocation that holds an address: start and size.
    pub fn allocation(&self, address: u64) -> Option<(u64, u64)> {
        match self.table().find(address) {
            Lookup::Live(start, end) => Some((start, end - start)),
            _ => None,
        }
    }

    /// Copies bytes to device memory.
    ///
    /// # Errors
    /// When the range is not inside one allocation; nothing is written then.
    pub fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), AccessError> {
        let to = self.check(address, bytes.len() as u64)?;
        // SAFETY: the range is inside an allocation, hence inside the arena, and what a kernel does there meanwhile is the program's to order.
        unsafe { std::ptr::copy(bytes.as_ptr(), to, bytes.len()) };
        Ok(())
    }

    /// Copies bytes from device memory.
    ///
    /// # Errors
    /// When the range is not inside one allocation; nothing is read then.
    pub fn read(&self, address: u64, bytes: &mut [u8]) -> Result<(), AccessError> {
        let from = self.check(address, bytes.len() as u64)?;
        // SAFETY: as for `write`.
        unsafe { std::ptr::copy(from, bytes.as_mut_ptr(), bytes.len()) };
        Ok(())
    }

    /// Sets bytes of device memory to one value.
    ///
    /// # Errors
    /// When the range is not inside one allocation; nothing is written then.
    pub fn fill(&mut self, address: u64, bytes: u64, value: u8) -> Result<(), AccessError> {
        let to = self.check(address, bytes)?;
        // SAFETY: as for `write`.
        unsafe { std::ptr::write_bytes(to, value, bytes as usize) };
        Ok(())
    }

    fn check(&self, address: u64, size: u64) -> Result<*mut u8, AccessError> {
        match self.table().find(address) {
            _ if size == 0 => Ok(self.arena.host(self.arena.base())),
            Lookup::Live(_, end) if end - address >= size => Ok(self.arena.host(address)),
            _ => Err(AccessError { address, size }),
        }
    }

    fn table(&self) -> std::sync::RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(|e| e.into_inner())
    }

    fn table_to_change(&self) -> std::sync::RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(|e| e.into_inner())
    }

    /// Code index of the kernel or function.
    fn code(&self, id: KernelId) -> Option<u32> {
        *self.source(id.module)?.code_of.get(id.func as usize)?
    }

    /// Connects names that modules leave open with what other modules define.
    fn link(&mut self) {
        let mut functions: HashMap<&str, u32> = HashMap::new();
        let mut variables: HashMap<&str, u64> = HashMap::new();
        for loaded in self.modules.iter().flatten() {
            let name = |s| loaded.module.names.get(s);
            for (f, code) in loaded.resolved.funcs.iter().zip(&loaded.code_of) {
                if let Some(c) = code {
                    functions.entry(name(f.name)).or_insert(*c);
                }
            }
            for (v, place) in loaded.resolved.vars.iter().zip(&loaded.places) {
                if let (None, Place::Global(a)) = (v.owner, place) {
                    variables.entry(name(v.name)).or_insert(*a);
                }
            }
        }
        let address_of = |n: &str| {
            let function = || functions.get(n).map(|c| crate::memory::CODE_WINDOW + *c as u64 * 16);
            variables.get(n).copied().or_else(function)
        };
        self.pool.link(address_of);
        let mut links = Vec::new();
        for (c, code) in self.codes.iter().enumerate() {
            for (k, control) in code.controls.iter().enumerate() {
                if let Control::Call(call) = control
                    && let Callee::Extern(n) = &call.callee
                    && let Some(to) = functions.get(&**n)
                {
                    links.push((c, k, *to));
                }
            }
        }
        for (c, k, to) in links {
            if let Control::Call(call) = &mut self.codes[c].controls[k] {
                call.callee = Callee::Code(to);
            }
        }
    }
}
