//! Exact bytes of the MIMI drafts and of Doorstep's own extensions.
