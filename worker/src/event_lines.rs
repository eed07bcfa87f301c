//! Reads `text/event-stream` (WHATWG HTML §9.2.6) as far as it is needed here: an event with data means that there is
//! something in the mailbox. What the data says is the mailbox's business.

/// Bytes of a stream that came in pieces.
#[derive(Default)]
pub(crate) struct EventLines {
    line: Vec<u8>,
    has_data: bool,
}

/// Longest line that is looked at; what is longer is cut.
const LONGEST: usize = 1024;

impl EventLines {
    /// Takes a piece; true if an event was completed by it.
    pub(crate) fn take(&mut self, piece: &[u8]) -> bool {
        let mut event = false;
        for byte in piece {
            match byte {
                b'\n' => event |= self.end_line(),
                b'\r' => {}
                _ if self.line.len() < LONGEST => self.line.push(*byte),
                _ => {}
            }
        }
        event
    }

    fn end_line(&mut self) -> bool {
        let line = core::mem::take(&mut self.line);
        if line.is_empty() {
            return core::mem::take(&mut self.has_data);
        }
        self.has_data |= line.starts_with(b"data:");
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_complete_with_the_empty_line() {
        let mut lines = EventLines::default();
        assert!(!lines.take(b"data: 17\n"));
        assert!(lines.take(b"\n"));
        assert!(lines.take(b"id: 3\r\ndata: 18\r\n\r\n"));
    }

    #[test]
    fn comments_only_keep_the_stream_open() {
        let mut lines = EventLines::default();
        assert!(!lines.take(b": still here\n\n"));
        assert!(!lines.take(b"\n\n"));
    }

    #[test]
    fn an_event_may_come_byte_by_byte() {
        let mut lines = EventLines::default();
        let events = b"data: 5\n\n".iter().filter(|byte| lines.take(std::slice::from_ref(*byte))).count();
        assert_eq!(events, 1);
    }

    #[test]
    fn an_endless_line_does_not_fill_the_memory() {
        let mut lines = EventLines::default();
        for _ in 0..100 {
            lines.take(&[b'a'; 1000]);
        }
        assert!(lines.line.len() <= LONGEST);
    }
}
