//! How long ago, or how far ahead, in the unit a person would use.

/// A span of time in one unit; negative: ago. The unit is one `Intl.RelativeTimeFormat` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ago {
    /// How many.
    pub(crate) value: i64,
    /// Of what.
    pub(crate) unit: &'static str,
}

const UNITS: [(i64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// From `now` to `at`, both in milliseconds. What is under a minute away is now.
pub(crate) fn ago(now: u64, at: u64) -> Ago {
    let seconds = (i64::try_from(at).unwrap_or(i64::MAX) - i64::try_from(now).unwrap_or(i64::MAX)) / 1000;
    if seconds.abs() < 60 {
        return Ago { value: 0, unit: "second" };
    }
    let (size, unit) = UNITS.into_iter().find(|(size, _)| seconds.abs() >= *size).unwrap_or((1, "second"));
    Ago { value: seconds / size, unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_the_largest_unit_that_fits() {
        let now = 10_000_000_000;
        for (at, value, unit) in [
            (now - 5_000, 0, "second"),
            (now - 61_000, -1, "minute"),
            (now - 3_600_000, -1, "hour"),
            (now - 86_399_000, -23, "hour"),
            (now + 30 * 86_400_000, 30, "day"),
        ] {
            assert_eq!(ago(now, at), Ago { value, unit });
        }
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        assert_eq!(ago(u64::MAX, 0).unit, "day");
        assert_eq!(ago(0, u64::MAX).unit, "day");
    }
}
