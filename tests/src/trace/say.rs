//! Values as people read them.

/// What the bytes are, if they are text without surprises; else how many.
pub(super) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.chars().any(char::is_control) => format!("\"{text}\""),
        _ => count(bytes),
    }
}

/// How many bytes.
pub(super) fn count(bytes: &[u8]) -> String {
    match bytes.len() {
        0 => "empty".to_owned(),
        1 => "1 byte".to_owned(),
        many => format!("{many} bytes"),
    }
}

/// A number.
pub(super) fn plain(value: u64) -> String {
    value.to_string()
}

/// A time in milliseconds since 1970.
pub(super) fn millis(value: u64) -> String {
    format!("{}.{:03}Z", date(value / 1_000), value % 1_000)
}

/// A time in seconds since 1970.
pub(super) fn seconds(value: u64) -> String {
    format!("{}Z", date(value))
}

fn date(seconds: u64) -> String {
    let (mut days, rest) = (seconds / 86_400, seconds % 86_400);
    if days > 4_000_000 {
        return format!("{seconds} s, further than calendars go, ");
    }
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let mut month = 0;
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    while days >= lengths[month] {
        days -= lengths[month];
        month += 1;
    }
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{:02}-{:02} {hour:02}:{minute:02}:{second:02}", month + 1, days + 1)
}

/// One of the names of an enumeration, with its number.
pub(super) fn named(names: &'static [(u64, &'static str)]) -> impl FnOnce(u64) -> String {
    move |value| match names.iter().find(|(number, _)| *number == value) {
        Some((_, name)) => format!("{name}({value})"),
        None => format!("unknown({value})"),
    }
}

/// The same in hexadecimal, as registries have it.
pub(super) fn registered(names: &'static [(u64, &'static str)]) -> impl FnOnce(u64) -> String {
    move |value| match names.iter().find(|(number, _)| *number == value) {
        Some((_, name)) => format!("{name} (0x{value:04x})"),
        None => format!("0x{value:04x}"),
    }
}

/// A list of numbers of two bytes each, of such a registry.
pub(super) fn list(names: &'static [(u64, &'static str)]) -> impl FnOnce(&[u8]) -> String {
    move |bytes| {
        let values = bytes.chunks(2).map(|pair| pair.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
        let words: Vec<String> = values.map(|value| registered(names)(value)).collect();
        format!("[{}]", words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_dates() {
        assert_eq!(super::millis(1_644_387_225_019), "2022-02-09 06:13:45.019Z");
        assert_eq!(super::seconds(951_782_400), "2000-02-29 00:00:00Z");
        assert_eq!(super::seconds(0), "1970-01-01 00:00:00Z");
    }
}
