//! MIMI content: CBOR messages, message ids, and our message kinds.
