//! One verdict on every commit.
