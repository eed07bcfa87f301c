//! The tables of every version, in order. They are listed here because the macro that reads their folder brings a second
//! SQLite with it, for the compiler, and everybody waits a minute for that.

use std::sync::LazyLock;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

pub(crate) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migrations = FILES.iter().zip(1..).map(|((name, sql), version)| {
        let description = name.replace('_', " ").into();
        Migration::new(version, description, MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
});

/// Name without the number, and content.
const FILES: [(&str, &str); 7] = [
    ("first", include_str!("../migrations/0001_first.sql")),
    ("other_providers", include_str!("../migrations/0002_other_providers.sql")),
    ("reports", include_str!("../migrations/0003_reports.sql")),
    ("reach", include_str!("../migrations/0004_reach.sql")),
    ("gaps", include_str!("../migrations/0005_gaps.sql")),
    ("rooms_that_end", include_str!("../migrations/0006_rooms_that_end.sql")),
    ("contact", include_str!("../migrations/0007_contact.sql")),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{FILES, MIGRATIONS};

    #[test]
    fn every_file_is_listed_under_its_number() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let files = folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<_> = files.collect();
        files.sort();
        let listed: Vec<_> =
            FILES.iter().zip(1..).map(|((name, _), number)| format!("{number:04}_{name}.sql")).collect();
        assert_eq!(files, listed);
        let versions: Vec<_> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        assert_eq!(versions, (1..=7).collect::<Vec<_>>());
    }

    /// What is in the databases of those who ran an earlier version: the hashes of the files.
    #[test]
    fn a_migration_that_ran_somewhere_is_never_changed() {
        let first: String =
            MIGRATIONS.iter().next().unwrap().checksum.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            first,
            "b59afbf217290413d2f8c473158e2da82eb4c1c7c657d5c9b08abb022738335fe347affebe33475507dcd8a4d4764c4d"
        );
    }
}
