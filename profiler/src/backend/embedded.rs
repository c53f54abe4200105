//! The embedded device as a [`Machine`].

use std::collections::HashMap;

use warplens_devices::Model;
use warplens_sim::Device;
use warplens_sim::launch::{KernelInfo, Launch, LaunchError, ModuleId, RunOptions};
use warplens_sim::limits::Limits;
use warplens_sim::memory::{Arena, ArenaError};
use warplens_sim::observer::{Counters, Unobserved};

use super::{Launched, Machine, Problem};
use crate::collect::{Code, ModuleView};

/// A device of its own for one run.
pub struct Embedded {
    device: Device,
    names: HashMap<u32, String>,
}

impl Embedded {
    /// A device of this model. Its memory is address space; only what is used takes memory of this machine.
    ///
    /// # Errors
    /// When the operating system refuses the address space.
    pub fn new(model: &Model) -> Result<Embedded, ArenaError> {
        let limits = Limits::from(model);
        let arena = Arena::anonymous(limits.memory_bytes)?;
        Ok(Embedded { device: Device::new(limits, arena), names: HashMap::new() })
    }
}

impl Code for Embedded {
    fn module(&self, module: u32) -> Option<ModuleView<'_>> {
        let loaded = self.device.source(ModuleId(module))?;
        let name = self.names.get(&module).map_or("", String::as_str);
        Some(ModuleView { name, text: &loaded.text, resolved: &loaded.resolved })
    }
}

impl Machine for Embedded {
    fn load(&mut self, name: &str, ptx: &str) -> Result<u32, Vec<Problem>> {
        let problem =
            |p: warplens_sim::Problem| Problem { line: p.line, column: p.column, message: p.message };
        let module =
            self.device.load(ptx).map_err(|e| e.problems.into_iter().map(problem).collect::<Vec<_>>())?;
        self.names.insert(module.0, name.to_owned());
        Ok(module.0)
    }

    fn kernels(&self, module: u32) -> Vec<KernelInfo> {
        self.device.kernels(ModuleId(module))
    }

    fn variable(&self, module: u32, name: &str) -> Option<(u64, u64)> {
        self.device.variable(ModuleId(module), name)
    }

    fn alloc(&mut self, bytes: u64, label: &str) -> Result<u64, String> {
        self.device.alloc(bytes, Some(label)).map_err(|e| e.to_string())
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> Result<(), String> {
        self.device.write(address, bytes).map_err(|e| e.to_string())
    }

    fn read(&self, address: u64, bytes: &mut [u8]) -> Result<(), String> {
        self.device.read(address, bytes).map_err(|e| e.to_string())
    }

    fn launch(&mut self, launch: &Launch, options: &RunOptions, count: bool) -> Launched {
        if !count {
            return Launched { end: self.device.launch(launch, options, &mut Unobserved), counts: None };
        }
        let mut counters = Counters::new();
        let end = self.device.launch(launch, options, &mut counters);
        // An impossible launch never ran, so there is nothing to count.
        let ran = !matches!(end, Err(LaunchError::Invalid { .. }));
        Launched { end, counts: ran.then(|| counters.take()) }
    }
}
