//! The engine's driver in a Web Worker.

fn main() {}
