//! Devices of one program that use each other's memory.

use warplens_driver_protocol::Reply;

use crate::machine::{Refusal, code};
use crate::state::State;

impl State {
    /// Lets kernels of a device use a peer's memory, or no longer.
    pub fn peer(&mut self, device: u32, peer: u32, on: bool) -> Result<Reply, Refusal> {
        if device == peer {
            return Err(Refusal::code(code::INVALID_DEVICE));
        }
        let lent = self.machine(peer)?.lent_memory().ok_or(Refusal::code(code::PEER_UNSUPPORTED))?;
        if self.peers.contains(&(device, peer)) == on {
            let error = if on { code::PEER_ALREADY_ENABLED } else { code::PEER_NOT_ENABLED };
            return Err(Refusal::code(error));
        }
        self.machine(device)?.use_peer(&lent, on);
        if on {
            self.peers.insert((device, peer))
        } else {
            self.peers.remove(&(device, peer))
        };
        Ok(Reply::Done {})
    }

    /// A device is reset: nobody uses its memory any more, nor it theirs.
    pub fn forget_peers(&mut self, device: u32) {
        let users: Vec<u32> =
            self.peers.iter().filter(|(_, peer)| *peer == device).map(|(user, _)| *user).collect();
        for user in users {
            // It was enabled, so it is there.
            let _ = self.peer(user, device, false);
        }
        self.peers.retain(|(user, _)| *user != device);
    }
}
