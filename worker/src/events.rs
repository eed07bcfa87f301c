//! What the event stream says, as far as it is needed here: an event with data means that there is something in the
//! mailbox. What the data says is the mailbox's business.

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use futures::{Stream, StreamExt as _};
use sse_stream::SseByteStream;

/// Bytes without an event, after which a stream is not read any further: the parser keeps a line until it ends. A comment
/// every 20 s does not come to that much in a day.
const LONGEST: usize = 65_536;

/// It says nothing and does not end.
#[derive(Debug, thiserror::Error)]
#[error("an event of more than {LONGEST} bytes")]
struct TooLong;

/// One item for each event in a `text/event-stream` that comes in pieces. Ends where that ends, or is none.
pub(crate) fn events(pieces: impl Stream<Item = Bytes>) -> impl Stream<Item = ()> {
    let unheard = Rc::new(Cell::new(0usize));
    let pieces = pieces.map({
        let unheard = unheard.clone();
        move |piece| {
            unheard.set(unheard.get().saturating_add(piece.len()));
            if unheard.get() <= LONGEST { Ok(piece) } else { Err(TooLong) }
        }
    });
    SseByteStream::new(pieces).filter_map(move |block| {
        let event = block.is_ok_and(|block| block.data.is_some());
        if event {
            unheard.set(0);
        }
        std::future::ready(event.then_some(()))
    })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use futures::stream;

    use super::*;

    /// How many events these pieces have, and how many of the pieces were read.
    fn count<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (usize, usize) {
        let read = Cell::new(0);
        let pieces = stream::iter(pieces).inspect(|_| read.set(read.get() + 1)).map(Bytes::copy_from_slice);
        (block_on(events(pieces).count()), read.get())
    }

    #[test]
    fn an_event_is_complete_with_the_empty_line() {
        assert_eq!(count([&b"data: 17\n"[..]]).0, 0);
        assert_eq!(count([&b"data: 17\n"[..], b"\n"]).0, 1);
        assert_eq!(count([&b"data: 17\n\nid: 3\r\ndata: 18\r\n\r\n"[..]]).0, 2);
    }

    #[test]
    fn comments_only_keep_the_stream_open() {
        assert_eq!(count([&b": still here\n\n"[..], b"\n\n", b"id: 3\n\n"]).0, 0);
        assert_eq!(count([&b": still here\n\n"[..], b"data: 1\n\n"]).0, 1);
    }

    #[test]
    fn an_event_may_come_byte_by_byte() {
        assert_eq!(count(b"data: 5\n\n".chunks(1)), (1, 9));
    }

    #[test]
    fn an_endless_line_does_not_fill_the_memory() {
        let line = vec![b'a'; 1000];
        let (heard, read) = count(std::iter::repeat_n(line.as_slice(), 1000));
        assert_eq!((heard, read), (0, LONGEST / 1000 + 1));
        let lines = b"data: 1\n".repeat(100);
        let (heard, read) = count(std::iter::repeat_n(lines.as_slice(), 1000));
        assert_eq!((heard, read), (0, LONGEST / lines.len() + 1));
    }

    #[test]
    fn a_stream_may_be_as_long_as_it_likes() {
        assert_eq!(count(std::iter::repeat_n(&b"data: 1\n\n"[..], LONGEST)).0, LONGEST);
    }
}
