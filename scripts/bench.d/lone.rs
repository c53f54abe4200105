//! Microseconds of one launch of each case without a program around it, one case a line: the fastest of many. What
//! `programs.cu` is compared with.

use std::time::{Duration, Instant};

use warplens_bench::CASES;
use warplens_sim::Unobserved;

fn main() {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    for case in CASES {
        let mut ready = case.prepare();
        let (mut least, until) = (Duration::MAX, Instant::now() + Duration::from_secs(2));
        while Instant::now() < until {
            let start = Instant::now();
            ready.run(workers, &mut Unobserved);
            least = least.min(start.elapsed());
        }
        println!("{} {:.1}", case.name, least.as_secs_f64() * 1e6);
    }
}
