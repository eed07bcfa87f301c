//! Shortest form of floating point numbers (RFC 8949 §4.2.2): a number that a narrower format holds exactly is written
//! in it, and the only NaN is `f9 7e00`.

use crate::CborError;

/// Checks a half-precision number.
pub(crate) fn check_half(bits: u16) -> Result<(), CborError> {
    let is_nan = bits & 0x7c00 == 0x7c00 && bits & 0x03ff != 0;
    refuse_if(is_nan && bits != 0x7e00)
}

/// Checks that a single-precision number does not fit half precision.
pub(crate) fn check_single(bits: u32) -> Result<(), CborError> {
    let value = f32::from_bits(bits);
    refuse_if(value.is_nan() || fits_half(bits))
}

/// Checks that a double-precision number does not fit single precision.
pub(crate) fn check_double(bits: u64) -> Result<(), CborError> {
    let value = f64::from_bits(bits);
    refuse_if(value.is_nan() || f64::from(value as f32).to_bits() == bits)
}

fn fits_half(bits: u32) -> bool {
    let exponent = (bits >> 23 & 0xff) as i32 - 127;
    let fraction = bits & 0x007f_ffff;
    match exponent {
        -127 => fraction == 0,
        128 => fraction == 0,
        -14..=15 => fraction.trailing_zeros() >= 13,
        -24..=-15 => (fraction | 0x0080_0000).trailing_zeros() as i32 > -2 - exponent,
        _ => false,
    }
}

fn refuse_if(bad: bool) -> Result<(), CborError> {
    if bad { Err(CborError::NotDeterministic) } else { Ok(()) }
}
