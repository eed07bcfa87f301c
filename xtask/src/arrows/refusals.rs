//! The words by which something is refused stand in one table and nowhere else.

use std::fs;

use anyhow::{Context, Result, ensure};

use super::graph::Graph;
use super::sources::{code_of, literals};
use crate::place::Place;

/// The table: a line `Variant = "word",` for each.
const TABLE: &str = "crates/wire/src/refusal.rs";

/// Words that mean something else where they stand: a role, an endpoint, the state of something that is shown.
const OTHER_MEANINGS: [(&str, &str); 11] = [
    ("crates/mls/src/observer/group_info.rs", "malformed"),
    ("crates/peers/src/endpoint.rs", "withdrawn"),
    ("crates/wire/src/room/roles.rs", "banned"),
    ("src/components/disclose.rs", "banned"),
    ("src/components/knock_status.rs", "banned"),
    ("src/components/knock_status.rs", "expired"),
    ("src/components/knock_status.rs", "withdrawn"),
    ("src/components/message.rs", "pending"),
    ("src/components/request_card.rs", "expired"),
    ("src/components/request_card.rs", "withdrawn"),
    ("src/text", "banned"),
];

/// # Errors
/// A source file cannot be read, or the table is not where it was.
pub(super) fn scan(place: &Place, graph: &Graph, wrong: &mut Vec<String>) -> Result<()> {
    let table = fs::read_to_string(place.root().join(TABLE)).context(TABLE)?;
    let words: Vec<&str> = words_of(&table).collect();
    ensure!(!words.is_empty(), "{TABLE} has no refusals any more: say here where they are");
    code_of(place, graph, |_, file, number, line| {
        if file == TABLE {
            return;
        }
        for word in literals(line).filter(|literal| words.contains(literal)) {
            let means_it = !OTHER_MEANINGS.iter().any(|(home, other)| file.starts_with(home) && *other == word);
            if means_it {
                wrong.push(format!("{file}:{number} says \"{word}\": refusals are variants of doorstep_wire::Refusal"));
            }
        }
    })
}

fn words_of(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter_map(|line| {
        let (variant, rest) = line.trim().split_once(" = \"")?;
        let word = rest.strip_suffix("\",")?;
        variant.chars().all(char::is_alphanumeric).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn the_table_is_read() {
        let table =
            "    /// Not \"this\".\n    KnockLimit = \"knock-limit\",\n    Left = \"left\",\n    let a = \"b\";\n";
        assert_eq!(words_of(table).collect::<Vec<_>>(), ["knock-limit", "left"]);
    }
}
