//! Taking a serde value apart at its struct fields and sequence items, without building it a second time in memory.

use serde::Serialize;
use serde::ser::{Impossible, SerializeSeq, SerializeStruct, Serializer};

use super::JournalError;

/// Receives the fields of a struct one by one.
pub(crate) trait FieldSink {
    /// One field.
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError>;
}

/// Receives the items of a sequence one by one.
pub(crate) trait ItemSink {
    /// How many items there will be.
    fn begin(&mut self, length: usize) -> Result<(), JournalError>;
    /// One item.
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError>;
}

/// Serialises structs, and nothing but structs, into a [`FieldSink`].
pub(crate) struct Fields<'a, S>(pub(crate) &'a mut S);

/// Serialises sequences of known length, and nothing else, into an [`ItemSink`].
pub(crate) struct Items<'a, S>(pub(crate) &'a mut S);

impl<S: FieldSink> SerializeStruct for Fields<'_, S> {
    type Ok = ();
    type Error = JournalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), JournalError> {
        self.0.field(name, value)
    }

    fn end(self) -> Result<(), JournalError> {
        Ok(())
    }
}

impl<S: ItemSink> SerializeSeq for Items<'_, S> {
    type Ok = ();
    type Error = JournalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), JournalError> {
        self.0.item(value)
    }

    fn end(self) -> Result<(), JournalError> {
        Ok(())
    }
}

macro_rules! refuse {
    ($($name:ident($($kind:ty),*);)*) => {
        $(fn $name(self, $(_: $kind),*) -> Result<(), JournalError> { Err(JournalError::Shape) })*
    };
}

macro_rules! refuse_the_rest {
    () => {
        refuse! {
            serialize_bool(bool);
            serialize_i8(i8);
            serialize_i16(i16);
            serialize_i32(i32);
            serialize_i64(i64);
            serialize_u8(u8);
            serialize_u16(u16);
            serialize_u32(u32);
            serialize_u64(u64);
            serialize_f32(f32);
            serialize_f64(f64);
            serialize_char(char);
            serialize_str(&str);
            serialize_bytes(&[u8]);
            serialize_none();
            serialize_unit();
            serialize_unit_struct(&'static str);
            serialize_unit_variant(&'static str, u32, &'static str);
        }

        fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), JournalError> {
            Err(JournalError::Shape)
        }

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<(), JournalError> {
            Err(JournalError::Shape)
        }

        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, JournalError> {
            Err(JournalError::Shape)
        }

        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, JournalError> {
            Err(JournalError::Shape)
        }

        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, JournalError> {
            Err(JournalError::Shape)
        }

        fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, JournalError> {
            Err(JournalError::Shape)
        }

        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, JournalError> {
            Err(JournalError::Shape)
        }
    };
}

type Never = Impossible<(), JournalError>;

impl<S: FieldSink> Serializer for Fields<'_, S> {
    type Ok = ();
    type Error = JournalError;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Self;
    type SerializeStructVariant = Never;

    refuse_the_rest!();

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), JournalError> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Never, JournalError> {
        Err(JournalError::Shape)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, JournalError> {
        Ok(self)
    }
}

impl<S: ItemSink> Serializer for Items<'_, S> {
    type Ok = ();
    type Error = JournalError;
    type SerializeSeq = Self;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    refuse_the_rest!();

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), JournalError> {
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, JournalError> {
        self.0.begin(length.ok_or(JournalError::Shape)?)?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Never, JournalError> {
        Err(JournalError::Shape)
    }
}
