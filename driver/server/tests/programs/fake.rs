//! A device whose kernels are Rust functions on its memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use warplens_driver_protocol::message::{DeviceFacts, KernelFacts};
use warplens_driver_protocol::sys::Mapping;
use warplens_driver_server::machine::{Control, Ended, LoadedText, Machine, Machines, Refusal, Work, code};
use warplens_sim::launch::{KernelId, KernelInfo, ModuleId};

const MEMORY: u64 = 64 << 20;

pub struct Fakes {
    facts: Vec<DeviceFacts>,
}

impl Fakes {
    pub fn new(devices: usize) -> Fakes {
        let facts = DeviceFacts {
            name: "fake".into(),
            memory: MEMORY,
            warp_size: 32,
            multiprocessors: 4,
            max_threads_per_block: 1024,
            ..DeviceFacts::default()
        };
        Fakes { facts: vec![facts; devices] }
    }
}

impl Machines for Fakes {
    fn facts(&self) -> &[DeviceFacts] {
        &self.facts
    }
    fn arena_bytes(&self, _device: u32) -> u64 {
        2 * MEMORY
    }
    fn open(&self, _device: u32, arena: Arc<Mapping>, base: u64) -> Arc<dyn Machine> {
        Arc::new(Fake { arena, base, next: AtomicU64::new(1 << 16) })
    }
    fn kernel_time(&self, _device: u32, _work: &Work, _ended: &Ended) -> u64 {
        5_000_000
    }
    fn copy_time(&self, _device: u32, bytes: u64, _across: bool) -> u64 {
        bytes
    }
}

struct Fake {
    arena: Arc<Mapping>,
    base: u64,
    next: AtomicU64,
}

/// Name and parameter sizes.
const KERNELS: [(&str, &[u32]); 5] =
    [("fill", &[8, 4, 4]), ("add", &[8, 4]), ("print", &[4]), ("crash", &[]), ("fault", &[])];

fn number<const N: usize>(params: &[u8], at: usize) -> [u8; N] {
    params[at..at + N].try_into().unwrap()
}

impl Fake {
    #[allow(clippy::mut_from_ref)]
    fn words(&self, address: u64, count: usize) -> &mut [u32] {
        let offset = (address - self.base) as usize;
        assert!(offset + count * 4 <= self.arena.len());
        // SAFETY: inside the mapping, and one kernel runs at a time; the program waits for it.
        unsafe { std::slice::from_raw_parts_mut(self.arena.as_ptr().add(offset).cast(), count) }
    }
}

impl Machine for Fake {
    fn load(&self, image: &[u8], name: &str) -> Result<(u32, Vec<LoadedText>), Refusal> {
        if image != b"fake device code" {
            return Err(Refusal::new(code::NO_KERNEL_IMAGE, format!("{name}: no such image")));
        }
        Ok((1, vec![LoadedText { number: 0, name: name.into(), text: "fake".into() }]))
    }
    fn link(&self) -> Result<(), Refusal> {
        Ok(())
    }
    fn unload(&self, _module: u32) {}
    fn kernel(&self, _module: u32, name: &str) -> Result<KernelFacts, Refusal> {
        let found = KERNELS.iter().position(|k| k.0 == name);
        let index = found.ok_or(Refusal::code(code::INVALID_DEVICE_FUNCTION))?;
        let mut at = 0;
        let mut place = |&size: &u32| {
            at = u32::next_multiple_of(at, size);
            at += size;
            (at - size, size)
        };
        let params = KERNELS[index].1.iter().map(&mut place).collect();
        Ok(KernelFacts { kernel: index as u32, params, param_bytes: at, ..KernelFacts::default() })
    }
    fn info(&self, kernel: u32) -> Option<Arc<KernelInfo>> {
        let (name, _) = KERNELS.get(kernel as usize)?;
        Some(Arc::new(KernelInfo {
            id: KernelId { module: ModuleId(0), func: kernel },
            name: (*name).to_string(),
            params: Vec::new(),
            param_bytes: 16,
            registers: 8,
            static_shared: 0,
            local: 0,
            barriers: 0,
            max_threads: None,
        }))
    }
    fn variable(&self, _module: u32, _name: &str) -> Result<(u64, u64), Refusal> {
        Ok((self.base + 4096, 64))
    }
    fn allocate(&self, bytes: u64, align: u64) -> Option<u64> {
        let place = |next: u64| {
            Some((next.next_multiple_of(align), next.next_multiple_of(align).checked_add(bytes)?))
        };
        let update = |next| place(next).map(|(_, end)| end);
        let next = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, update).ok()?;
        let (at, end) = place(next)?;
        (end <= 2 * MEMORY).then_some(self.base + at)
    }
    fn free(&self, _address: u64) -> bool {
        true
    }
    fn shared_limit(&self, _kernel: u32, _bytes: u32) -> Result<(), Refusal> {
        Ok(())
    }
    fn occupancy(&self, _kernel: u32, _block: u32, _shared: u32) -> Result<u32, Refusal> {
        Ok(2)
    }
    fn check(&self, _work: &Work) -> Result<(), Refusal> {
        Ok(())
    }
    fn launch(&self, work: &Work, _counts: bool, _control: &Control) -> Result<Ended, Refusal> {
        let p = &work.params;
        let mut ended = Ended { warp_instructions: 1, ..Ended::default() };
        match KERNELS[work.kernel as usize].0 {
            "fill" => {
                let (to, count) = (u64::from_le_bytes(number(p, 0)), u32::from_le_bytes(number(p, 8)));
                let value = u32::from_le_bytes(number(p, 12));
                self.words(to, count as usize).fill(value);
            }
            "add" => {
                let (to, value) = (u64::from_le_bytes(number(p, 0)), u32::from_le_bytes(number(p, 8)));
                self.words(to, 1)[0] += value;
            }
            "print" => ended.printed = format!("kernel {}\n", u32::from_le_bytes(number(p, 0))),
            "crash" => ended.trap = Some((700, "out-of-bounds write in crash".into())),
            _ => panic!("a fault of the simulator, on purpose"),
        }
        Ok(ended)
    }
}
