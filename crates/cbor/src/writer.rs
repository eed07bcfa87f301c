//! Writing item by item, by `minicbor`.

use minicbor::Encoder;
use minicbor::data::Tag;

/// Builds deterministic CBOR: heads are always the shortest. The caller puts the keys of a map in order, which for the
/// integers and short texts of this house means: unsigned ascending, then negative from −1 down, then text.
#[derive(Clone, Debug)]
pub struct Writer {
    encoder: Encoder<Vec<u8>>,
}

impl Default for Writer {
    fn default() -> Self {
        Self { encoder: Encoder::new(Vec::new()) }
    }
}

impl Writer {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.encoder.into_writer()
    }

    /// Unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.put(|to| to.u64(value))
    }

    /// Integer of either sign.
    pub fn int(&mut self, value: i64) -> &mut Self {
        self.put(|to| to.i64(value))
    }

    /// Byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.put(|to| to.bytes(value))
    }

    /// Text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.put(|to| to.str(value))
    }

    /// Head of an array of `count` items.
    pub fn array(&mut self, count: usize) -> &mut Self {
        self.put(|to| to.array(count as u64))
    }

    /// Head of a map of `count` entries.
    pub fn map(&mut self, count: usize) -> &mut Self {
        self.put(|to| to.map(count as u64))
    }

    /// Tag before the item that follows.
    pub fn tag(&mut self, number: u64) -> &mut Self {
        self.put(|to| to.tag(Tag::new(number)))
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.put(|to| to.bool(value))
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        self.put(|to| to.null())
    }

    /// A simple value other than those of RFC 8949 §3.3.
    pub fn simple(&mut self, value: u8) -> &mut Self {
        self.put(|to| to.simple(value))
    }

    /// An item that is encoded already.
    pub fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        self.encoder.writer_mut().extend_from_slice(encoded);
        self
    }

    /// Writing to memory does not fail, so there is no error to hand on.
    fn put<E>(&mut self, write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<&mut Encoder<Vec<u8>>, E>) -> &mut Self {
        let _ = write(&mut self.encoder);
        self
    }
}
