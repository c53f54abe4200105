//! One program's embedded device.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use warplens_devices::occupancy::{Demand, occupancy};
use warplens_devices::{Figures, Model};
use warplens_driver_protocol::message::KernelFacts;
use warplens_driver_protocol::objects::{ImageFacts, SamplerFacts};
use warplens_driver_protocol::sys::Mapping;
use warplens_sim::launch::InvalidLaunch;
use warplens_sim::texture::Texture;
use warplens_sim::trap::ErrorCode;
use warplens_sim::{
    Arena, Counters, Device, KernelInfo, Launch, LaunchError, Lent, Limits, ModuleId, Observer, RunOptions,
    Unobserved,
};

use crate::machine::{Control, Ended, LoadedText, Machine, Refusal, Work, code};
use crate::objects;

/// Problems of a module that are listed; the rest is counted.
const LISTED: usize = 6;
/// How kernels run.
#[derive(Clone, Copy)]
pub struct Settings {
    pub workers: usize,
    pub fuel: u64,
}

/// What programs have handles for.
#[derive(Default)]
struct Known {
    /// Modules of each image, by the handle that programs have.
    images: Vec<Vec<ModuleId>>,
    kernels: Vec<Arc<KernelInfo>>,
    /// Dynamic shared memory a kernel opted in to.
    opted: HashMap<u32, u32>,
}

impl Known {
    fn modules(&self, image: u32) -> Result<&[ModuleId], Refusal> {
        let found = (image as usize).checked_sub(1).and_then(|i| self.images.get(i));
        found.map(Vec::as_slice).ok_or(Refusal::code(code::INVALID_HANDLE))
    }

    fn kernel(&self, kernel: u32) -> Result<&Arc<KernelInfo>, Refusal> {
        self.kernels.get(kernel as usize).ok_or(Refusal::code(code::INVALID_DEVICE_FUNCTION))
    }
}

pub struct Embedded {
    /// Written only to load and unload, which the server does between launches.
    device: RwLock<Device>,
    figures: Figures,
    settings: Settings,
    known: Mutex<Known>,
    // Declared after the device, so that the memory goes last.
    _arena: Arc<Mapping>,
}

impl Embedded {
    pub fn new(model: &Model, mapping: Arc<Mapping>, base: u64, bytes: u64, settings: Settings) -> Embedded {
        // The device counts pinned host memory like its own; the server holds programs to the model's figure.
        let limits = Limits { memory_bytes: bytes, ..Limits::from(model) };
        // SAFETY: the mapping lives in this struct and longer than the device, is page-aligned and at least `bytes`
        // long. The program may write to it while a kernel runs, as a host may with pinned and managed memory: the
        // device reads and writes it as bytes only.
        let arena = unsafe { Arena::from_mapping(mapping.as_ptr(), base, bytes) };
        Embedded {
            device: RwLock::new(Device::new(limits, arena)),
            figures: model.figures.clone(),
            settings,
            known: Mutex::default(),
            _arena: mapping,
        }
    }

    fn device(&self) -> RwLockReadGuard<'_, Device> {
        self.device.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn device_to_change(&self) -> RwLockWriteGuard<'_, Device> {
        self.device.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn launch_of(&self, work: &Work) -> Result<Launch, Refusal> {
        let known = self.known();
        let info = known.kernel(work.kernel)?;
        let wanted = info.static_shared.saturating_add(work.shared);
        let plain = self.figures.shared_per_block.get();
        let opted = known.opted.get(&work.kernel).copied().unwrap_or(0);
        if wanted > plain && work.shared > opted {
            let message = format!(
                "{}: a block wants {wanted} bytes of shared memory, more than {plain}; opt in with \
                 cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes)",
                info.name
            );
            return Err(Refusal::new(code::INVALID_VALUE, message));
        }
        Ok(Launch {
            kernel: info.id,
            grid: work.grid,
            block: work.block,
            dynamic_shared: work.shared,
            params: work.params.clone(),
            cooperative: work.cooperative,
        })
    }
}

/// The PTX texts an image holds.
fn texts(image: &[u8], name: &str) -> Result<Vec<String>, Refusal> {
    let refuse = |words: String| Refusal::new(code::NO_KERNEL_IMAGE, format!("{name}: {words}"));
    let opened = warplens_image::open(image).map_err(|error| refuse(error.to_string()))?;
    let sources =
        warplens_image::ptx_sources(&opened).map_err(|none| refuse(format!("{none}; {}", none.help())))?;
    Ok(sources.iter().map(|source| source.text.to_owned()).collect())
}

fn load_refusal(name: &str, error: &warplens_sim::LoadError) -> Refusal {
    let mut words = format!("{name} cannot be loaded:");
    for problem in error.problems.iter().take(LISTED) {
        words.push_str(&format!("\n  PTX {problem}"));
    }
    if error.problems.len() > LISTED {
        words.push_str(&format!("\n  and {} more", error.problems.len() - LISTED));
    }
    Refusal::new(code::INVALID_PTX, words)
}

impl Machine for Embedded {
    fn load(&self, image: &[u8], name: &str) -> Result<(u32, Vec<LoadedText>), Refusal> {
        let (mut modules, mut loaded) = (Vec::new(), Vec::new());
        let mut device = self.device_to_change();
        for text in texts(image, name)? {
            match device.load(&text) {
                Ok(id) => {
                    modules.push(id);
                    loaded.push(LoadedText { number: id.0, name: name.to_owned(), text });
                }
                Err(error) => {
                    modules.into_iter().for_each(|id| device.unload(id));
                    return Err(load_refusal(name, &error));
                }
            }
        }
        let mut known = self.known();
        known.images.push(modules);
        Ok((known.images.len() as u32, loaded))
    }

    // The device links whenever it loads.
    fn link(&self) -> Result<(), Refusal> {
        Ok(())
    }

    fn unload(&self, module: u32) {
        let mut device = self.device_to_change();
        if let Some(modules) =
            (module as usize).checked_sub(1).and_then(|i| self.known().images.get_mut(i).map(std::mem::take))
        {
            modules.into_iter().for_each(|id| device.unload(id));
        }
    }

    fn kernel(&self, module: u32, name: &str) -> Result<KernelFacts, Refusal> {
        let (device, mut known) = (self.device(), self.known());
        let found = known.modules(module)?.iter().find_map(|&id| device.kernel(id, name));
        let info = found.ok_or_else(|| {
            Refusal::new(
                code::INVALID_DEVICE_FUNCTION,
                format!("there is no kernel `{name}` in the program's device code"),
            )
        })?;
        let facts = KernelFacts {
            kernel: known.kernels.len() as u32,
            params: info.params.iter().map(|p| (p.offset, p.size)).collect(),
            param_bytes: info.param_bytes,
            registers: info.registers,
            static_shared: info.static_shared,
            local: info.local,
            max_threads: info.max_threads.unwrap_or(self.figures.max_threads_per_block.get()),
            constant: 0,
        };
        known.kernels.push(Arc::new(info));
        Ok(facts)
    }

    fn info(&self, kernel: u32) -> Option<Arc<KernelInfo>> {
        self.known().kernels.get(kernel as usize).cloned()
    }

    fn variable(&self, module: u32, name: &str) -> Result<(u64, u64), Refusal> {
        let (device, known) = (self.device(), self.known());
        let own = known.modules(module)?.iter().find_map(|&id| device.variable(id, name));
        // A variable that this module only declares is another one's.
        let all = || known.images.iter().flatten().find_map(|&id| device.variable(id, name));
        own.or_else(all).ok_or_else(|| {
            Refusal::new(
                code::SYMBOL_NOT_FOUND,
                format!("there is no variable `{name}` in the program's device code"),
            )
        })
    }

    fn allocate(&self, bytes: u64, align: u64) -> Option<u64> {
        self.device().alloc_aligned(bytes, align, None).ok()
    }

    fn free(&self, address: u64) -> bool {
        self.device().free(address).is_ok()
    }

    fn shared_limit(&self, kernel: u32, bytes: u32) -> Result<(), Refusal> {
        let mut known = self.known();
        let info = known.kernel(kernel)?;
        let most = self.figures.shared_per_block_optin.get();
        if info.static_shared.saturating_add(bytes) > most {
            let message = format!(
                "{}: {bytes} bytes of dynamic and {} of static shared memory are more than the {most} a block can have",
                info.name, info.static_shared
            );
            return Err(Refusal::new(code::INVALID_VALUE, message));
        }
        known.opted.insert(kernel, bytes);
        Ok(())
    }

    fn occupancy(&self, kernel: u32, block: u32, shared: u32) -> Result<u32, Refusal> {
        let known = self.known();
        let info = known.kernel(kernel)?;
        if block > self.figures.max_threads_per_block.get() {
            return Ok(0);
        }
        let demand = Demand {
            registers_per_thread: info.registers,
            shared_per_block: info.static_shared.saturating_add(shared),
            threads_per_block: block,
            barriers_per_block: info.barriers,
        };
        Ok(occupancy(&self.figures, demand).blocks())
    }

    fn lent_memory(&self) -> Option<Lent> {
        Some(self.device().lent_memory())
    }

    fn use_peer(&self, peer: &Lent, on: bool) {
        self.device().use_peer(peer, on);
    }

    fn create_object(&self, image: &ImageFacts, sampler: Option<&SamplerFacts>) -> Result<u64, Refusal> {
        let image = objects::image(image)?;
        let made = match sampler {
            Some(facts) => self.device().create_texture(Texture { image, sampler: objects::sampler(facts)? }),
            None => self.device().create_surface(image),
        };
        made.map_err(|error| Refusal::new(code::INVALID_VALUE, error.to_string()))
    }

    fn destroy_object(&self, handle: u64) -> bool {
        self.device().destroy_object(handle)
    }

    fn check(&self, work: &Work) -> Result<(), Refusal> {
        self.device().can_launch(&self.launch_of(work)?).map_err(|error| match error {
            LaunchError::Invalid { code, message } => Refusal::new(invalid(code), message),
            LaunchError::Trap(trap) => Refusal::new(code::UNKNOWN, trap.to_string()),
        })
    }

    fn launch(&self, work: &Work, counts: bool, control: &Control) -> Result<Ended, Refusal> {
        let launch = self.launch_of(work)?;
        let options = RunOptions {
            workers: self.settings.workers,
            fuel: self.settings.fuel,
            progress: Some(control.progress.clone()),
            patience: Some(control.patience.clone()),
            ..RunOptions::default()
        };
        let mut counters = Counters::new();
        let observer: &mut dyn Observer = if counts { &mut counters } else { &mut Unobserved };
        let result = self.device().launch(&launch, &options, observer);
        let counts = counts.then(|| counters.take());
        match result {
            Ok(finished) => Ok(Ended {
                printed: finished.printed,
                warp_instructions: finished.warp_instructions,
                trap: None,
                counts,
            }),
            Err(LaunchError::Invalid { code, message }) => Err(Refusal::new(invalid(code), message)),
            Err(LaunchError::Trap(trap)) => Ok(Ended {
                printed: trap.printed.clone(),
                warp_instructions: counts.as_ref().map_or(0, |c| c.total.inst),
                trap: Some((
                    error(trap.kind.error_code()),
                    trap.with_names(warplens_image::demangle).to_string(),
                )),
                counts,
            }),
        }
    }
}

fn invalid(why: InvalidLaunch) -> i32 {
    match why {
        InvalidLaunch::Configuration => code::INVALID_CONFIGURATION,
        InvalidLaunch::Resources => code::LAUNCH_OUT_OF_RESOURCES,
        InvalidLaunch::Parameters => code::INVALID_VALUE,
        InvalidLaunch::Function => code::INVALID_DEVICE_FUNCTION,
        InvalidLaunch::CooperativeTooLarge => 720,
    }
}

fn error(code: ErrorCode) -> i32 {
    match code {
        ErrorCode::IllegalAddress => 700,
        ErrorCode::MisalignedAddress => 716,
        ErrorCode::Assert => 710,
        ErrorCode::LaunchFailure => 719,
        ErrorCode::LaunchTimeout => 702,
        ErrorCode::IllegalInstruction => 715,
        ErrorCode::HardwareStackError => 714,
        ErrorCode::InvalidPc => 718,
        ErrorCode::InvalidAddressSpace => 717,
    }
}
