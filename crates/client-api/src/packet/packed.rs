//! How values become bytes: the fields of a record in their order, a choice as its number and what goes with it, numbers
//! as LEB128, texts and lists with their length before them. What could not be read does not stop reading: the reader
//! remembers, gives nothing from then on, and what came out is thrown away at the end. So no field has to be checked, and
//! nothing that was read halfway has to be cleared away, which is most of what other readers weigh in a download.

/// A value that can be packed.
pub trait Packed: Sized {
    /// Appends it.
    fn put(&self, out: &mut Vec<u8>);

    /// Takes it off the front. Means nothing if the reader is broken afterwards.
    fn take(from: &mut Reader<'_>) -> Self;
}

/// Bytes being read.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    broken: bool,
}

impl<'a> Reader<'a> {
    /// Reads from the front.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, broken: false }
    }

    /// Everything was read, and all of it made sense.
    pub fn is_done(&self) -> bool {
        self.rest.is_empty() && !self.broken
    }

    /// What was read last makes no sense: everything from here on reads as zeros.
    pub(super) fn fail(&mut self) {
        self.rest = &[];
        self.broken = true;
    }

    /// The next byte; 0 if there is none.
    pub(super) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.rest.split_first() else {
            self.fail();
            return 0;
        };
        self.rest = rest;
        *first
    }

    #[inline(never)]
    fn number(&mut self) -> u64 {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte();
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        self.fail();
        0
    }
}

#[inline(never)]
fn put_number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

impl Packed for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(*self, out);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.number()
    }
}

impl Packed for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(u64::from(*self), out);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Self::try_from(from.number()).unwrap_or_else(|_| {
            from.fail();
            0
        })
    }
}

impl Packed for u8 {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.byte()
    }
}

impl Packed for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.byte() != 0
    }
}

impl Packed for String {
    #[inline(never)]
    fn put(&self, out: &mut Vec<u8>) {
        put_number(self.len() as u64, out);
        out.extend_from_slice(self.as_bytes());
    }

    #[inline(never)]
    fn take(from: &mut Reader<'_>) -> Self {
        let length = usize::try_from(from.number()).unwrap_or(usize::MAX);
        let read = from.rest.split_at_checked(length).and_then(|(text, rest)| Some((str::from_utf8(text).ok()?, rest)));
        let Some((text, rest)) = read else {
            from.fail();
            return Self::new();
        };
        from.rest = rest;
        text.to_owned()
    }
}

impl<T: Packed> Packed for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn take(from: &mut Reader<'_>) -> Self {
        (from.byte() != 0).then(|| T::take(from))
    }
}

impl<T: Packed, E: Packed> Packed for Result<T, E> {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_ok()));
        match self {
            Ok(value) => value.put(out),
            Err(error) => error.put(out),
        }
    }

    fn take(from: &mut Reader<'_>) -> Self {
        if from.byte() != 0 { Ok(T::take(from)) } else { Err(E::take(from)) }
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        put_number(self.len() as u64, out);
        self.iter().for_each(|one| one.put(out));
    }

    #[inline(never)]
    fn take(from: &mut Reader<'_>) -> Self {
        let mut all = Self::new();
        // A length that is not true ends with the bytes.
        for _ in 0..from.number() {
            let one = T::take(from);
            if from.broken {
                break;
            }
            all.push(one);
        }
        all
    }
}

impl<T: Packed> Packed for Box<T> {
    fn put(&self, out: &mut Vec<u8>) {
        T::put(self, out);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Self::new(T::take(from))
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        (A::take(from), B::take(from))
    }
}

impl<A: Packed, B: Packed, C: Packed> Packed for (A, B, C) {
    fn put(&self, out: &mut Vec<u8>) {
        self.0.put(out);
        self.1.put(out);
        self.2.put(out);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        (A::take(from), B::take(from), C::take(from))
    }
}
