//! `Content-Length` framing of JSON messages, for the side of the protocol where we are the client.
//!
//! A message that is not JSON is an error of the child, reported as such; it never panics.

use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// No honest message is longer; a child that says so has lost its mind.
const MAX_MESSAGE: usize = 256 << 20;

/// Why no message could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FramingError {
    /// The other side closed the stream.
    #[error("the stream ended")]
    Ended,
    /// The pipe broke.
    #[error("the stream failed: {0}")]
    Io(#[from] std::io::Error),
    /// Headers without a usable length.
    #[error("a message without a usable Content-Length")]
    Header,
    /// The body is not JSON.
    #[error("a message that is not JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Read one message.
pub(crate) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> Result<Value, FramingError> {
    let mut length = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut *from).take(4096).read_until(b'\n', &mut line).await? == 0 {
            return Err(FramingError::Ended);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim();
        if text.is_empty() {
            break;
        }
        if let Some((name, value)) = text.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<usize>().ok();
        }
    }
    let length = length.filter(|&n| n <= MAX_MESSAGE).ok_or(FramingError::Header)?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).await?;
    Ok(serde_json::from_slice(&body)?)
}

/// Write one message.
pub(crate) async fn write(to: &mut (impl AsyncWrite + Unpin), message: &Value) -> std::io::Result<()> {
    let body = message.to_string();
    let head = format!("Content-Length: {}\r\n\r\n", body.len());
    to.write_all(head.as_bytes()).await?;
    to.write_all(body.as_bytes()).await?;
    to.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[tokio::test]
    async fn what_is_written_is_read_back() {
        let message = json!({"jsonrpc": "2.0", "method": "线程", "params": {"x": 1}});
        let mut wire = Vec::new();
        write(&mut wire, &message).await.unwrap();
        assert_eq!(read(&mut wire.as_slice()).await.unwrap(), message);
    }

    #[tokio::test]
    async fn rubbish_is_an_error_and_not_a_panic() {
        for bad in ["", "\r\n", "Content-Length: x\r\n\r\n", "Content-Length: 9999999999\r\n\r\n"] {
            assert!(read(&mut bad.as_bytes()).await.is_err(), "{bad:?}");
        }
        let short = b"Content-Length: 10\r\n\r\n{}";
        assert!(matches!(read(&mut short.as_slice()).await, Err(FramingError::Io(_))));
        let no_json = b"Content-Length: 2\r\n\r\n{{";
        assert!(matches!(read(&mut no_json.as_slice()).await, Err(FramingError::Json(_))));
    }
}
