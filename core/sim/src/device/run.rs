//! A launch: checked against the limits, run on workers, its end reported.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64};

use super::{Device, crew, report};
use crate::exec::MAX_CHUNKS;
use crate::exec::run::{Alone, Job, worker};
use crate::launch::{Finished, InvalidLaunch, Launch, LaunchError, RunOptions};
use crate::observer::{Observer, Site};

/// Local memory a thread can have, stack included, bytes.
const LOCAL_LIMIT: u32 = 512 << 10;

impl Device {
    /// Whether a launch is possible at all, without running it.
    ///
    /// # Errors
    /// [`LaunchError::Invalid`], as `launch` would say it.
    pub fn can_launch(&self, launch: &Launch) -> Result<(), LaunchError> {
        let Some(info) = self.kernel_info(launch.kernel) else {
            let message = "the kernel is not loaded".into();
            return Err(LaunchError::Invalid { code: InvalidLaunch::Function, message });
        };
        self.check_launch(launch, &info)
    }

    /// Runs a kernel to its end.
    ///
    /// # Errors
    /// [`LaunchError::Invalid`] when nothing could run, [`LaunchError::Trap`] when the kernel was stopped; memory is then
    /// as the kernel left it.
    pub fn launch(
        &self,
        launch: &Launch,
        options: &RunOptions,
        observer: &mut dyn Observer,
    ) -> Result<Finished, LaunchError> {
        let invalid = |code, message: String| Err(LaunchError::Invalid { code, message });
        let Some(info) = self.kernel_info(launch.kernel) else {
            return invalid(InvalidLaunch::Function, "the kernel is not loaded".into());
        };
        self.check_launch(launch, &info)?;
        let entry = self.code(launch.kernel).unwrap_or(0) as usize;
        let interest = observer.interest();
        let sequential = interest.accesses || interest.issues || interest.barriers || launch.cooperative;
        let threads = launch.block.iter().product::<u32>();
        let blocks = launch.grid.iter().map(|&d| d as u64).product::<u64>();
        // One block needs no thread but the caller's.
        let workers = if sequential || blocks == 1 { 1 } else { options.workers.max(1) };
        let per_warp = self.limits.warp_size as usize / 32;
        let most = options
            .warps_per_gang
            .map_or(MAX_CHUNKS, |w| (w as usize * per_warp).clamp(per_warp, MAX_CHUNKS));
        let chunks =
            (threads.next_multiple_of(self.limits.warp_size) as usize / 32).min(most / per_warp * per_warp);
        let launches = self.launches.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        let mut params = launch.params.clone();
        params.resize(info.param_bytes as usize, 0);
        if interest.accesses || interest.issues {
            observer.on_launch(&info.name, &self.site_table());
        }
        let progress = options.progress.as_deref();
        let (done, cancel) = (progress.map(|p| &p.blocks_done), progress.map(|p| &p.cancel));
        if let Some(p) = &options.progress {
            p.blocks_total.store(blocks, std::sync::atomic::Ordering::Relaxed);
        }
        let objects = self.objects_now();
        let job = Job {
            codes: &self.codes,
            consts: &self.pool.rows,
            sites: self.sites as usize,
            blocks_counted: self.blocks as usize,
            entry,
            grid: launch.grid,
            block: launch.block,
            params: &params,
            shared_bytes: info.static_shared + launch.dynamic_shared,
            static_shared: info.static_shared,
            local_limit: LOCAL_LIMIT,
            warp_size: self.limits.warp_size,
            multiprocessors: self.limits.multiprocessors,
            warps_a_multiprocessor: self.limits.max_threads_per_multiprocessor / self.limits.warp_size,
            grid_id: launches,
            delta: (self.arena.host(self.arena.base()) as u64).wrapping_sub(self.arena.base()),
            arena_base: self.arena.base(),
            high_water: self.table().high_water(),
            table: &self.table,
            objects: &objects,
            count: interest.counts,
            issues: interest.issues,
            fuel: options.fuel,
            chunks_a_gang: chunks,
            cooperative: launch.cooperative,
            workers: workers as u64,
            next_block: Alone(AtomicU64::new(0)),
            issued: Alone(AtomicU64::new(0)),
            stop: AtomicBool::new(false),
            done,
            cancel,
            polls: progress.map(|p| &p.polls),
            patience: options.patience.as_ref(),
            printed: Mutex::new(String::new()),
            scratch: &self.scratch,
        };
        let mut outcomes = if workers == 1 {
            let events = interest.accesses || interest.issues || interest.barriers;
            // An `if` and not `then_some`: the trait object's lifetime is shortened by a coercion here.
            let observe: Option<&mut dyn Observer> = if events { Some(&mut *observer) } else { None };
            vec![worker(&job, observe)]
        } else {
            let n = workers.min(blocks.min(256) as usize);
            // Another launch has the crew: this one gets its own for as long as it runs.
            match self.crew.try_lock() {
                Ok(mut crew) => crew.run(n - 1, || worker(&job, None)),
                Err(_) => crew::Crew::default().run(n - 1, || worker(&job, None)),
            }
        };
        let printed = std::mem::take(&mut *job.printed.lock().unwrap_or_else(|e| e.into_inner()));
        let warp_instructions = job.issued.0.load(std::sync::atomic::Ordering::Relaxed);
        // The fault of the lowest block, so that parallel runs tend to agree on which is reported; a worker that was
        // only told to stop has none of its own.
        let mut faults: Vec<_> = outcomes.iter_mut().filter_map(|o| o.fault.take()).collect();
        faults.sort_by_key(|f| {
            (f.fault.kind == crate::trap::TrapKind::Interrupted, [f.block[2], f.block[1], f.block[0]])
        });
        let fault = faults.into_iter().next();
        let trap = fault.map(|f| report::trap(self, &info.name, launch.block, f));
        if interest.counts {
            observer.on_counts(report::counts(self, outcomes));
        }
        match trap {
            Some(mut t) => {
                t.printed = printed;
                Err(LaunchError::Trap(Box::new(t)))
            }
            None => Ok(Finished { warp_instructions, printed }),
        }
    }

    /// Where each site is.
    fn site_table(&self) -> Vec<Site> {
        let mut sites = vec![Site { module: 0, func: 0, op: 0 }; self.sites as usize];
        for code in &self.codes {
            for op in 0..code.op_count {
                sites[(code.site_base + op) as usize] = Site { module: code.module, func: code.func, op };
            }
        }
        sites
    }

    fn check_launch(&self, launch: &Launch, info: &crate::launch::KernelInfo) -> Result<(), LaunchError> {
        let l = &self.limits;
        let bad = |code, message: String| Err(LaunchError::Invalid { code, message });
        let threads = launch.block.iter().fold(1u64, |a, &b| a.saturating_mul(b as u64));
        let name = &info.name;
        for k in 0..3 {
            let (axis, g, b) = (["x", "y", "z"][k], launch.grid[k], launch.block[k]);
            if g == 0 || g > l.max_grid_dim[k] {
                return bad(
                    InvalidLaunch::Configuration,
                    format!("`{name}`: grid {axis} is {g}; this device allows 1 to {}", l.max_grid_dim[k]),
                );
            }
            if b == 0 || b > l.max_block_dim[k] {
                return bad(
                    InvalidLaunch::Configuration,
                    format!("`{name}`: block {axis} is {b}; this device allows 1 to {}", l.max_block_dim[k]),
                );
            }
        }
        if threads > l.max_threads_per_block as u64 {
            return bad(
                InvalidLaunch::Configuration,
                format!(
                    "`{name}`: a block of {threads} threads; this device allows {}",
                    l.max_threads_per_block
                ),
            );
        }
        if let Some(most) = info.max_threads
            && threads > most as u64
        {
            return bad(
                InvalidLaunch::Resources,
                format!(
                    "`{name}`: a block of {threads} threads, but the kernel was compiled for at most {most} (its launch bounds)"
                ),
            );
        }
        let shared = info.static_shared as u64 + launch.dynamic_shared as u64;
        if shared > l.shared_per_block_optin as u64 {
            return bad(
                InvalidLaunch::Resources,
                format!(
                    "`{name}`: {shared} bytes of shared memory a block ({} static, {} dynamic); this device allows {}",
                    info.static_shared, launch.dynamic_shared, l.shared_per_block_optin
                ),
            );
        }
        if launch.params.len() < info.param_bytes as usize {
            return bad(
                InvalidLaunch::Parameters,
                format!(
                    "`{name}` takes {} bytes of parameters, {} were given",
                    info.param_bytes,
                    launch.params.len()
                ),
            );
        }
        if launch.cooperative {
            let blocks = launch.grid.iter().fold(1u64, |a, &g| a.saturating_mul(g as u64));
            let by_threads =
                l.max_threads_per_multiprocessor as u64 / threads.next_multiple_of(l.warp_size as u64).max(1);
            let by_shared =
                if shared == 0 { u64::MAX } else { l.shared_per_multiprocessor as u64 / shared.max(1) };
            let room = by_threads.min(by_shared).min(l.max_blocks_per_multiprocessor as u64)
                * l.multiprocessors as u64;
            if blocks > room {
                return bad(
                    InvalidLaunch::CooperativeTooLarge,
                    format!(
                        "`{name}`: a cooperative launch of {blocks} blocks; {room} fit on this device at once"
                    ),
                );
            }
        }
        Ok(())
    }
}
