//! The handshake over the unix socket: a length, then a [`Hello`] or [`Welcome`], the latter with descriptors.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use crate::message::{Hello, Welcome};
use crate::wire::Wire as _;

/// Longest handshake message accepted (arguments of a program can be long).
const LONGEST: usize = 4 << 20;

fn framed(body: &[u8]) -> Vec<u8> {
    let mut bytes = (body.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(body);
    bytes
}

fn bad(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// Library: sends the first words.
pub fn send_hello(mut socket: &UnixStream, hello: &Hello) -> io::Result<()> {
    socket.write_all(&framed(&hello.to_bytes()))
}

/// Server: reads them.
pub fn receive_hello(mut socket: &UnixStream) -> io::Result<Hello> {
    let mut length = [0; 4];
    socket.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(bad("the first message is too long"));
    }
    let mut body = Vec::new();
    socket.take(length as u64).read_to_end(&mut body)?;
    Hello::from_bytes(&body).map_err(bad)
}

/// Server: answers, with the mailbox first and then the arenas.
pub fn send_welcome(socket: &UnixStream, welcome: &Welcome, fds: &[BorrowedFd<'_>]) -> io::Result<()> {
    crate::sys::send_with_fds(socket.as_fd(), &framed(&welcome.to_bytes()), fds)
}

/// Library: reads the answer.
pub fn receive_welcome(mut socket: &UnixStream) -> io::Result<(Welcome, Vec<OwnedFd>)> {
    let mut bytes = vec![0; 64 << 10];
    let (got, fds) = crate::sys::receive_with_fds(socket.as_fd(), &mut bytes)?;
    if got < 4 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut length = [0; 4];
    length.copy_from_slice(bytes.get(..4).unwrap_or(&[0; 4]));
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST {
        return Err(bad("the device process's answer is too long"));
    }
    bytes.truncate(got);
    let mut body = bytes.split_off(4);
    if body.len() < length {
        let missing = length - body.len();
        let have = body.len();
        body.resize(length, 0);
        if let Some(tail) = body.get_mut(have..have + missing) {
            socket.read_exact(tail)?;
        }
    }
    body.truncate(length);
    Ok((Welcome::from_bytes(&body).map_err(bad)?, fds))
}
