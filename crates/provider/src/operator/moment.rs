//! Times in words for a terminal.

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How long ago something was, in the largest unit that fits; what lies ahead has no age.
pub(super) fn age(since: u64, now: u64) -> String {
    let age = now.saturating_sub(since);
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let (unit, name) = units.into_iter().find(|(unit, _)| age >= *unit).unwrap_or((SECOND, "s"));
    format!("{} {name}", age / unit)
}

/// `2026-11-23 00:00 UTC`.
pub(super) fn date_time(at: u64) -> String {
    let (year, month, day) = date(at / DAY);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", at % DAY / HOUR, at % HOUR / MINUTE)
}

/// Year, month and day of the Gregorian calendar, by days since the UNIX epoch.
fn date(days: u64) -> (u64, u64, u64) {
    // The calendar repeats itself after 400 years.
    const CYCLE: u64 = 146_097;
    let mut year = 1970 + days / CYCLE * 400;
    let mut rest = days % CYCLE;
    while rest >= 365 + leap_day(year) {
        rest -= 365 + leap_day(year);
        year += 1;
    }
    let mut month = 1;
    for length in [31, 28 + leap_day(year), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}

fn leap_day(year: u64) -> u64 {
    u64::from(year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `date -u -d @seconds`.
    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00 UTC"),
            (68_256_000, "1972-03-01 00:00 UTC"),
            (951_782_399, "2000-02-28 23:59 UTC"),
            (951_782_400, "2000-02-29 00:00 UTC"),
            (1_735_689_599, "2024-12-31 23:59 UTC"),
            (1_795_392_000, "2026-11-23 00:00 UTC"),
            (4_107_542_400, "2100-03-01 00:00 UTC"),
            (12_622_780_800, "2370-01-01 00:00 UTC"),
        ] {
            assert_eq!(date_time(seconds * 1_000), text);
        }
        assert!(!date_time(u64::MAX).is_empty());
    }

    #[test]
    fn an_age_has_one_unit() {
        for (milliseconds, text) in [
            (0, "0 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (3_600_000, "1 h"),
            (86_399_999, "23 h"),
            (200_000_000, "2 d"),
        ] {
            assert_eq!(age(1_000, 1_000 + milliseconds), text);
        }
        assert_eq!(age(2_000, 1_000), "0 s");
    }
}
