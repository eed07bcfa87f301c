//! Writing item by item.

/// Builds deterministic CBOR: heads are always the shortest. The caller puts the keys of a map in order, which for the
/// integers and short texts of this house means: unsigned ascending, then negative from −1 down, then text.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was written.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// Unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.head(0, value)
    }

    /// Integer of either sign.
    pub fn int(&mut self, value: i64) -> &mut Self {
        if value < 0 { self.head(1, value.unsigned_abs() - 1) } else { self.head(0, value.unsigned_abs()) }
    }

    /// Byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(2, value.len() as u64).raw(value)
    }

    /// Text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.head(3, value.len() as u64).raw(value.as_bytes())
    }

    /// Head of an array of `count` items.
    pub fn array(&mut self, count: usize) -> &mut Self {
        self.head(4, count as u64)
    }

    /// Head of a map of `count` entries.
    pub fn map(&mut self, count: usize) -> &mut Self {
        self.head(5, count as u64)
    }

    /// Tag before the item that follows.
    pub fn tag(&mut self, number: u64) -> &mut Self {
        self.head(6, number)
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.raw(&[if value { 0xf5 } else { 0xf4 }])
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        self.raw(&[0xf6])
    }

    /// A simple value other than those of RFC 8949 §3.3.
    pub fn simple(&mut self, value: u8) -> &mut Self {
        self.head(7, u64::from(value))
    }

    /// An item that is encoded already.
    pub fn raw(&mut self, encoded: &[u8]) -> &mut Self {
        self.bytes.extend_from_slice(encoded);
        self
    }

    fn head(&mut self, major: u8, value: u64) -> &mut Self {
        let major = major << 5;
        let wide = value.to_be_bytes();
        let [_, _, _, _, b4, b5, b6, b7] = wide;
        match value {
            0..=23 => self.raw(&[major | b7]),
            24..=0xff => self.raw(&[major | 24, b7]),
            0x100..=0xffff => self.raw(&[major | 25, b6, b7]),
            0x1_0000..=0xffff_ffff => self.raw(&[major | 26, b4, b5, b6, b7]),
            _ => self.raw(&[major | 27]).raw(&wide),
        }
    }
}
