//! Event streams: one that wakes an engine, and many that nothing comes out of.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use doorstep_client_api::http::EVENTS;
use doorstep_engine::Input;
use doorstep_engine::step::Bearer;

/// Opens a stream and waits for the first event, which comes at once.
pub(crate) fn open(address: &str, Bearer(token): &Bearer) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("no provider at {address}"))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let token = URL_SAFE_NO_PAD.encode(token);
    write!(stream, "GET {EVENTS} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n")?;
    let mut head = Vec::new();
    let mut some = [0; 1024];
    while !has_event(&head) {
        let count = stream.read(&mut some)?;
        head.extend(some.iter().take(count));
        if count == 0 || head.starts_with(b"HTTP/1.1 ") && !head.starts_with(b"HTTP/1.1 200") {
            bail!("no stream but {}", String::from_utf8_lossy(&head));
        }
    }
    Ok(stream)
}

/// A thread that says what a stream says, as long as somebody wants to hear it.
pub(crate) fn listen(address: &str, bearer: &Bearer, to: Sender<Input>) -> Result<()> {
    let mut stream = open(address, bearer)?;
    stream.set_read_timeout(None)?;
    thread::spawn(move || {
        let mut some = [0; 1024];
        let mut is_heard = to.send(Input::StreamUp).is_ok() && to.send(Input::Wake).is_ok();
        while is_heard {
            is_heard = match stream.read(&mut some) {
                Ok(count @ 1..) if has_event(some.get(..count).unwrap_or_default()) => to.send(Input::Wake).is_ok(),
                Ok(1..) => true,
                Ok(0) | Err(_) => {
                    let _ = to.send(Input::StreamDown { unauthorized: false });
                    false
                }
            };
        }
    });
    Ok(())
}

fn has_event(bytes: &[u8]) -> bool {
    bytes.windows(5).any(|window| window == b"data:")
}
