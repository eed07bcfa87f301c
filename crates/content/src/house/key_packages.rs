//! KeyPackages that travel inside a message.

use doorstep_cbor::{Reader, Writer};

use super::HouseError;

/// KeyPackages in one message: one for each client of the second pseudonym.
pub const MAX_KEY_PACKAGES: usize = 8;
/// Bytes of one KeyPackage.
const MAX_KEY_PACKAGE: usize = 16 * 1024;

/// Between one and [`MAX_KEY_PACKAGES`] KeyPackages of sane size.
pub(super) fn check(packages: &[Vec<u8>]) -> Result<(), HouseError> {
    let count = 1..=MAX_KEY_PACKAGES;
    if !count.contains(&packages.len()) || packages.iter().any(|package| package.len() > MAX_KEY_PACKAGE) {
        return Err(HouseError::TooLong);
    }
    if packages.iter().any(Vec::is_empty) { Err(HouseError::Value) } else { Ok(()) }
}

/// `[+ bstr]`
pub(super) fn write(writer: &mut Writer, packages: &[Vec<u8>]) {
    writer.array(packages.len());
    for package in packages {
        writer.bytes(package);
    }
}

/// `[+ bstr]`
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Vec<Vec<u8>>, HouseError> {
    let count = reader.array()?;
    if count > MAX_KEY_PACKAGES {
        return Err(HouseError::TooLong);
    }
    (0..count).map(|_| Ok(reader.bytes()?.to_vec())).collect()
}

/// `[+ bstr .size 64]`, one for each KeyPackage.
pub(super) fn write_signatures(writer: &mut Writer, signatures: &[[u8; 64]]) {
    writer.array(signatures.len());
    for signature in signatures {
        writer.bytes(signature);
    }
}

/// `[+ bstr .size 64]`
pub(super) fn read_signatures(reader: &mut Reader<'_>) -> Result<Vec<[u8; 64]>, HouseError> {
    let count = reader.array()?;
    if count > MAX_KEY_PACKAGES {
        return Err(HouseError::TooLong);
    }
    (0..count).map(|_| Ok(reader.byte_array()?)).collect()
}
