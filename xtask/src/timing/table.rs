//! The figures as text.

use std::fmt::Write;

use super::traffic::FirstRoom;
use super::{BESIDE, Beside, Curve, DEFAULT, Point};

/// Chances that are looked for, and how they are called.
pub(super) const CHANCES: [(f64, &str); 2] = [(0.1, "1 in 10"), (0.01, "1 in 100")];

/// Success of the best guess by volume and pause, for both fates of the first room, with the volumes at which it sinks
/// to what is looked for.
pub(super) fn whole(curves: &[Curve]) -> String {
    let mut text = String::from(
        "How often the best guess of the second room is right, and (how many rooms hold it with nine chances of ten),\n\
         by requests a day between the two providers and the longest pause of the clients before the second room.\n",
    );
    for (first_room, title) in [
        (FirstRoom::Ends, "The first room is ended 1 to 72 hours after the answer; both providers see it"),
        (FirstRoom::Stays, "The first room stays until it expires after 90 days"),
    ] {
        let curves: Vec<&Curve> = curves.iter().filter(|curve| curve.first_room == first_room).collect();
        line(&mut text, &format!("\n{title}"));
        row(&mut text, "requests/day", curves.iter().map(|curve| curve.pause.to_owned()));
        let volumes = curves.iter().map(|curve| curve.points.len()).max().unwrap_or_default();
        for nth in 0..volumes {
            let points: Vec<&Point> = curves.iter().filter_map(|curve| curve.points.get(nth)).collect();
            let volume = points.first().map_or(0.0, |point| point.volume);
            row(&mut text, &grouped(volume), points.iter().map(|point| cell(point)));
        }
        for (chance, name) in CHANCES {
            row(&mut text, name, curves.iter().map(|curve| reached(curve, chance)));
        }
    }
    text
}

/// The same for somebody who knows whose pseudonyms are whose at one of the two, and looks at one person.
pub(super) fn person(curves: &[Curve]) -> String {
    let mut text = String::from(
        "\nA provider that looks up whose its own pseudonyms are has one person's rooms before it, whatever its size.\n\
         One request a week:\n",
    );
    row(&mut text, "first room", curves.iter().take(curves.len() / 2).map(|curve| curve.pause.to_owned()));
    for first_room in FirstRoom::BOTH {
        let curves = curves.iter().filter(|curve| curve.first_room == first_room);
        row(&mut text, fate(first_room), curves.filter_map(|curve| curve.points.first()).map(cell));
    }
    text
}

/// What else there is to know about the usual pause.
pub(super) fn beside(besides: &[Beside]) -> String {
    let mut text = format!(
        "\nWith the usual pause ({}), by requests a day: success with late answers, after more than a week,\n\
         and of an observer who matches all requests at once instead of looking at one.\n",
        DEFAULT.1
    );
    row(&mut text, "requests/day", BESIDE.into_iter().map(grouped));
    for Beside { first_room, late, matched } in besides {
        let name = fate(*first_room);
        row(&mut text, &format!("{name}, late"), late.iter().copied().map(percent));
        row(&mut text, &format!("{name}, matched"), matched.iter().copied().map(percent));
    }
    text
}

fn fate(first_room: FirstRoom) -> &'static str {
    match first_room {
        FirstRoom::Ends => "ended",
        FirstRoom::Stays => "stays",
    }
}

fn row(text: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    let cells: String = cells.map(|cell| format!("{cell:>21}")).collect();
    line(text, &format!("{name:<14}{cells}"));
}

fn line(text: &mut String, line: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn cell(point: &Point) -> String {
    format!("{} ({})", percent(point.outcome.success), grouped(point.outcome.set))
}

/// Two digits that count.
fn percent(part: f64) -> String {
    let percent = part * 100.0;
    let digits = if percent > 0.0 { (1.0 - percent.log10().floor()).clamp(0.0, 6.0) as usize } else { 0 };
    format!("{percent:.digits$} %")
}

/// A number in groups of three digits, with a part after the point only below 1.
pub(super) fn grouped(number: f64) -> String {
    if number < 1.0 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

fn reached(curve: &Curve, chance: f64) -> String {
    let [first, last] =
        [curve.points.first(), curve.points.last()].map(|point| point.map_or(0.0, |point| point.volume));
    match curve.reaches(chance) {
        None => format!("over {}", grouped(last)),
        Some(0.0) => format!("under {}", grouped(first)),
        Some(volume) => grouped(two_digits(volume)),
    }
}

/// As exact as it is.
fn two_digits(number: f64) -> f64 {
    let unit = 10f64.powf((number.log10().floor() - 1.0).max(0.0));
    (number / unit).round() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_digits_that_count() {
        assert_eq!([0.9731, 0.0123, 0.000_045_6].map(percent), ["97 %", "1.2 %", "0.0046 %"]);
        assert_eq!(
            [0.3, 7.0, 1_234.0, 100_000.0, 1_234_567.0].map(grouped),
            ["0.3", "7", "1 234", "100 000", "1 234 567"]
        );
        assert_eq!([8_765.0, 12.3, 4.4].map(two_digits), [8_800.0, 12.0, 4.0]);
    }
}
