//! A second reader of the TLS presentation language (RFC 8446 §3, vectors as in RFC 9420 §2.1.2): it shares nothing with
//! the crate `wire`, and every byte it passes becomes part of exactly one [`Line`].

/// One field, or the name of the structure that its next fields are in.
#[derive(Clone, Debug)]
pub struct Line {
    /// Structures around it.
    pub depth: usize,
    /// Where it begins in the body.
    pub at: usize,
    /// Its bytes, a length in front of them included; none: the beginning of a structure.
    pub bytes: Vec<u8>,
    /// How many of the bytes are a length.
    pub length: usize,
    /// The structure it stands in; empty: it is the body.
    pub structure: String,
    /// Type, as the draft writes it.
    pub kind: String,
    /// Name, as the draft writes it.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// Where and why a body is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Offset.
    pub at: usize,
    /// What was to stand there.
    pub wanted: String,
}

/// Name of the field of what could not be read.
pub const NOT_UNDERSTOOD: &str = "not understood";

pub(super) type Read<T> = Result<T, Broken>;

/// Reads a body from its beginning.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
    structures: Vec<String>,
    lines: Vec<Line>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, end: bytes.len(), structures: Vec::new(), lines: Vec::new() }
    }

    /// Nothing is left of the body, or of the vector that is read at the moment.
    pub(super) fn is_over(&self) -> bool {
        self.at == self.end
    }

    /// All lines. What could not be read is the last one.
    pub(super) fn into_lines(mut self) -> Vec<Line> {
        self.end = self.bytes.len();
        self.structures.clear();
        self.rest("opaque", NOT_UNDERSTOOD, |bytes| format!("{} bytes", bytes.len()));
        self.lines
    }

    /// Whatever is left, as one field.
    pub(super) fn rest(&mut self, kind: &str, name: &str, show: impl FnOnce(&[u8]) -> String) {
        let (at, bytes) = (self.at, &self.bytes[self.at..self.end]);
        if !bytes.is_empty() {
            self.at = self.end;
            self.put(at, 0, kind, name, show(bytes));
        }
    }

    pub(super) fn broken(&self, wanted: &str) -> Broken {
        Broken { at: self.at, wanted: wanted.to_owned() }
    }

    /// A field of a fixed number of bytes.
    pub(super) fn fixed(
        &mut self,
        count: usize,
        kind: &str,
        name: &str,
        show: impl FnOnce(&[u8]) -> String,
    ) -> Read<&'a [u8]> {
        let at = self.at;
        let bytes = self.take(count, name)?;
        self.put(at, 0, kind, name, show(bytes));
        Ok(bytes)
    }

    /// A number.
    pub(super) fn number(
        &mut self,
        count: usize,
        kind: &str,
        name: &str,
        show: impl FnOnce(u64) -> String,
    ) -> Read<u64> {
        let read = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        Ok(read(self.fixed(count, kind, name, |bytes| show(read(bytes)))?))
    }

    /// The number that comes next, without passing it.
    pub(super) fn ahead(&self, from: usize, count: usize) -> Option<u64> {
        let bytes = self.bytes.get(self.at + from..self.at + from + count)?;
        Some(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    /// `kind name<V>`, looked at as a whole.
    pub(super) fn opaque(&mut self, kind: &str, name: &str, show: impl FnOnce(&[u8]) -> String) -> Read<&'a [u8]> {
        let (at, length, count) = self.length(name)?;
        let bytes = self.take(count, name)?;
        self.put(at, length, kind, &format!("{name}<V>"), show(bytes));
        Ok(bytes)
    }

    /// `kind name<V>`: its length, then what `each` reads until it is over.
    pub(super) fn vector(&mut self, kind: &str, name: &str, mut each: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        let (at, length, count) = self.length(name)?;
        self.put(at, length, kind, &format!("{name}<V>"), format!("{count} bytes"));
        let around = std::mem::replace(&mut self.end, self.at + count);
        self.structures.push(self.structures.last().cloned().unwrap_or_default());
        while !self.is_over() {
            each(self)?;
        }
        self.structures.pop();
        self.end = around;
        Ok(())
    }

    /// `kind name<V>` of structures.
    pub(super) fn list(&mut self, kind: &str, name: &str, mut fields: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        self.vector(kind, name, |r| r.structure(kind, "", &mut fields))
    }

    /// `kind name`, a structure with fields of its own.
    pub(super) fn structure(&mut self, kind: &str, name: &str, fields: impl FnOnce(&mut Self) -> Read<()>) -> Read<()> {
        let depth = self.structures.len();
        let line = Line {
            depth,
            at: self.at,
            bytes: Vec::new(),
            length: 0,
            structure: self.structures.last().cloned().unwrap_or_default(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            value: String::new(),
        };
        self.lines.push(line);
        self.structures.push(kind.to_owned());
        fields(self)?;
        self.structures.pop();
        Ok(())
    }

    /// `kind name`, a structure that is passed over: its fields are read to find its end, and one line says what `show`
    /// makes of them.
    pub(super) fn closed(
        &mut self,
        kind: &str,
        name: &str,
        fields: impl FnOnce(&mut Self) -> Read<()>,
        show: impl FnOnce(&[Line]) -> String,
    ) -> Read<()> {
        let (at, first) = (self.at, self.lines.len());
        self.structure(kind, name, fields)?;
        let inside = self.lines.split_off(first);
        self.put(at, 0, kind, name, show(&inside));
        Ok(())
    }

    /// `optional<kind> name`.
    pub(super) fn optional(&mut self, kind: &str, name: &str, value: impl FnOnce(&mut Self) -> Read<()>) -> Read<()> {
        let present = self.number(1, &format!("optional<{kind}>"), name, |present| match present {
            0 => "absent".to_owned(),
            1 => "present".to_owned(),
            other => format!("neither 0 nor 1 but {other}"),
        })?;
        match present {
            0 => Ok(()),
            1 => value(self),
            _ => Err(self.broken("0 or 1")),
        }
    }

    /// A variable-length prefix: two bits say of how many bytes it is, and it is the shortest possible. Where it began, its
    /// own bytes, and how many follow, which are there.
    fn length(&mut self, name: &str) -> Read<(usize, usize, usize)> {
        let at = self.at;
        let wrong = |wanted: &str| Broken { at, wanted: format!("{wanted} of {name}") };
        let first = self.ahead(0, 1).filter(|_| at < self.end).ok_or_else(|| wrong("the length"))?;
        let (own, bits, least) = match first >> 6 {
            0 => (1, 6, 0),
            1 => (2, 14, 1 << 6),
            2 => (4, 30, 1 << 14),
            _ => return Err(wrong("the length")),
        };
        let length = self.ahead(0, own).map(|bytes| bytes & ((1 << bits) - 1)).ok_or_else(|| wrong("the length"))?;
        let length = usize::try_from(length).map_err(|_| wrong("the length"))?;
        if length < least {
            return Err(wrong("the shortest length"));
        }
        if own + length > self.end - at {
            return Err(wrong("the bytes"));
        }
        self.at += own;
        Ok((at, own, length))
    }

    fn take(&mut self, count: usize, name: &str) -> Read<&'a [u8]> {
        if count > self.end - self.at {
            return Err(self.broken(name));
        }
        let bytes = &self.bytes[self.at..self.at + count];
        self.at += count;
        Ok(bytes)
    }

    /// A line of everything from `at` to here.
    fn put(&mut self, at: usize, length: usize, kind: &str, name: &str, value: String) {
        self.lines.push(Line {
            depth: self.structures.len(),
            at,
            bytes: self.bytes[at..self.at].to_vec(),
            length,
            structure: self.structures.last().cloned().unwrap_or_default(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            value,
        });
    }
}
