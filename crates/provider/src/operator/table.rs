//! Text in columns.

/// A line per row below a line of names. Two spaces between columns, numbers to the right, nothing at the end of a line.
pub(super) fn table<const N: usize>(names: [&str; N], rows: &[[String; N]]) -> String {
    let names = names.map(str::to_owned);
    let mut lines = vec![String::new(); rows.len() + 1];
    for column in 0..N {
        let cells = || core::iter::once(&names).chain(rows).filter_map(|row| row.get(column));
        let width = cells().map(|cell| cell.chars().count()).max().unwrap_or_default();
        let number = cells().skip(1).all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit()));
        for (line, cell) in lines.iter_mut().zip(cells()) {
            if column > 0 {
                line.push_str("  ");
            }
            line.push_str(&if number { format!("{cell:>width$}") } else { format!("{cell:<width$}") });
        }
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}
