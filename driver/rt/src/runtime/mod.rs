//! The runtime API, by topic; each function in both spellings.

mod arrays;
mod attributes;
mod copies;
mod device;
mod entry_points;
mod errors;
mod events;
mod graph_memory;
mod graph_nodes;
mod graphs;
mod hip_registration;
mod host_memory;
mod launch;
mod memory;
mod missing;
mod pools;
mod properties;
mod ranges;
mod registration;
mod streams;
mod textures;

pub use attributes::{occupancy, potential_block_size};
pub use device::{
    can_access_peer, device_of_bus, give_bus_id, limit_of as limit, peer_access, peer_attribute, set_limit,
};
pub use events::{
    create as create_event, elapsed, query as query_event, record as record_event,
    synchronize as synchronize_event,
};
pub use host_memory::{device_address, lookup, register as register_host, unregister as unregister_host};
pub use launch::{set_attribute, settings};
pub use memory::{free, in_order as allocate_in_order, info, pitched};
pub use properties::{attribute, facts};
pub use streams::{
    add_callback, add_host_function, destroy as destroy_stream, query as query_stream,
    synchronize as synchronize_stream, wait_event,
};

/// Waits for everything on the current device.
pub fn synchronize_device() -> Result {
    device::synchronize(crate::thread::device())
}

use crate::error::{Error, Result};

/// Writes through a caller's pointer, which must not be null.
pub unsafe fn give<T>(to: *mut T, value: T) -> Result {
    if to.is_null() {
        return Err(Error::INVALID_VALUE);
    }
    // SAFETY: the caller gives a place for a `T`, or null, which was refused.
    unsafe { to.write(value) };
    Ok(())
}
