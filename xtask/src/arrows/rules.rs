//! The rules as tables.

/// Crates `member` may depend on. `None`: unknown crate.
pub(super) fn house(member: &str) -> Option<&'static [&'static str]> {
    HOUSE.iter().find(|(name, _)| *name == member).map(|(_, may)| *may)
}

const HOUSE: &[(&str, &[&str])] = &[
    ("doorstep-wire", &[]),
    ("doorstep-cbor", &[]),
    ("doorstep-rows", &[]),
    ("doorstep-content", &["doorstep-wire", "doorstep-cbor"]),
    ("doorstep-credential", &["doorstep-wire", "doorstep-cbor"]),
    ("doorstep-policy", &["doorstep-wire"]),
    ("doorstep-mls", &["doorstep-wire", "doorstep-rows"]),
    ("doorstep-client-api", &["doorstep-wire"]),
    ("doorstep-page-api", &["doorstep-wire"]),
    ("doorstep-membership", &["doorstep-wire", "doorstep-mls", "doorstep-policy", "doorstep-credential"]),
    ("doorstep-texts", &[]),
    ("doorstep-public-page", &["doorstep-client-api", "doorstep-texts"]),
    (
        "doorstep-hub",
        &[
            "doorstep-wire",
            "doorstep-content",
            "doorstep-mls",
            "doorstep-policy",
            "doorstep-credential",
            "doorstep-membership",
        ],
    ),
    (
        "doorstep-engine",
        &[
            "doorstep-wire",
            "doorstep-mls",
            "doorstep-policy",
            "doorstep-credential",
            "doorstep-membership",
            "doorstep-content",
            "doorstep-rows",
            "doorstep-client-api",
            "doorstep-page-api",
        ],
    ),
    ("doorstep-storage-sqlite", &["doorstep-hub", "doorstep-wire", "doorstep-mls"]),
    ("doorstep-peers", &["doorstep-wire"]),
    (
        "doorstep-provider",
        &[
            "doorstep-wire",
            "doorstep-content",
            "doorstep-client-api",
            "doorstep-credential",
            "doorstep-policy",
            "doorstep-membership",
            "doorstep-mls",
            "doorstep-hub",
            "doorstep-peers",
            "doorstep-storage-sqlite",
            "doorstep-public-page",
        ],
    ),
    ("doorstep", &["doorstep-client-api", "doorstep-page-api", "doorstep-public-page", "doorstep-texts"]),
    ("doorstep-worker", &["doorstep-client-api", "doorstep-engine", "doorstep-page-api"]),
    ("doorstep-scanner", &[]),
    // Nobody may depend on it: it is for tests, which this table does not hold for.
    (
        "doorstep-testkit",
        &["doorstep-wire", "doorstep-credential", "doorstep-policy", "doorstep-mls", "doorstep-membership"],
    ),
    ("doorstep-tests", EVERYTHING),
    ("doorstep-authority", &["doorstep-peers", "doorstep-wire"]),
    ("doorstep-resident", &["doorstep-client-api", "doorstep-engine", "doorstep-page-api", "doorstep-wire"]),
    (
        "doorstep-crowd",
        &["doorstep-client-api", "doorstep-engine", "doorstep-page-api", "doorstep-resident", "doorstep-wire"],
    ),
    (
        "doorstep-bench",
        &["doorstep-credential", "doorstep-membership", "doorstep-mls", "doorstep-policy", "doorstep-wire"],
    ),
    ("xtask", &["doorstep-texts"]),
];

const EVERYTHING: &[&str] = &[
    "doorstep-cbor",
    "doorstep-rows",
    "doorstep-wire",
    "doorstep-content",
    "doorstep-credential",
    "doorstep-policy",
    "doorstep-mls",
    "doorstep-membership",
    "doorstep-client-api",
    "doorstep-page-api",
    "doorstep-engine",
    "doorstep-hub",
    "doorstep-storage-sqlite",
    "doorstep-peers",
    "doorstep-provider",
    "doorstep-resident",
];

/// Crates without sockets, threads, SQL or pages.
pub(super) const PURE: [&str; 12] = [
    "doorstep-cbor",
    "doorstep-rows",
    "doorstep-wire",
    "doorstep-content",
    "doorstep-credential",
    "doorstep-policy",
    "doorstep-mls",
    "doorstep-membership",
    "doorstep-client-api",
    "doorstep-page-api",
    "doorstep-engine",
    "doorstep-hub",
];

/// What must not be in the closure of [`PURE`].
pub(super) const NOT_IN_PURE: [&str; 7] = ["tokio", "axum", "sqlx", "reqwest", "yew", "hyper", "libsqlite3-sys"];

/// A dependency only some may list.
pub(super) struct Owned {
    /// Its name; with a `*` at the end, every name that begins so.
    name: &'static str,
    /// Who may.
    pub(super) by: &'static [&'static str],
}

impl Owned {
    pub(super) fn matches(&self, dependency: &str) -> bool {
        match self.name.strip_suffix('*') {
            Some(beginning) => dependency.starts_with(beginning),
            None => dependency == self.name,
        }
    }
}

/// Every program but the tests: what is delivered, and what measures or shows it.
pub(super) const SHIPPED: [&str; 8] = [
    "doorstep",
    "doorstep-worker",
    "doorstep-scanner",
    "doorstep-provider",
    "doorstep-authority",
    "doorstep-resident",
    "doorstep-crowd",
    "doorstep-bench",
];

/// Features (package, feature) that none of [`SHIPPED`] has: with them somebody chooses what is random, or looks inside.
pub(super) const NOT_SHIPPED: [(&str, &str); 6] = [
    ("doorstep-mls", "seeded"),
    ("doorstep-engine", "testing"),
    ("doorstep-hub", "contract"),
    ("hpke-rs", "hpke-test"),
    ("hpke-rs", "hpke-test-prng"),
    ("hpke-rs-rust-crypto", "deterministic-prng"),
];

const APP: &[&str] = &["doorstep", "doorstep-worker", "doorstep-scanner"];

/// Owners of the big dependencies.
pub(super) const OWNED: [Owned; 18] = [
    // The bench also measures OpenMLS by itself, to compare with; tests have strangers who speak other suites.
    Owned { name: "openmls*", by: &["doorstep-mls", "doorstep-wire", "doorstep-bench", "doorstep-testkit"] },
    Owned { name: "hpke-rs*", by: &["doorstep-mls"] },
    Owned { name: "sqlx*", by: &["doorstep-storage-sqlite", "doorstep-storage-postgres"] },
    Owned { name: "rusqlite", by: &["doorstep-storage-sqlite"] },
    Owned { name: "web-sys", by: APP },
    Owned { name: "js-sys", by: APP },
    Owned { name: "gloo*", by: &["doorstep", "doorstep-worker"] },
    Owned { name: "indexed_db_futures", by: &["doorstep-worker"] },
    Owned { name: "wasm-bindgen", by: &["doorstep", "doorstep-worker", "doorstep-scanner", "doorstep-bench"] },
    Owned { name: "yew", by: &["doorstep", "doorstep-public-page"] },
    Owned { name: "yew-router", by: &["doorstep", "doorstep-public-page"] },
    Owned { name: "fast_qr", by: &["doorstep"] },
    Owned { name: "rqrr", by: &["doorstep-scanner"] },
    Owned { name: "axum*", by: &["doorstep-provider", "doorstep-tests"] },
    Owned { name: "tower-http", by: &["doorstep-provider"] },
    Owned { name: "rust-embed*", by: &["doorstep-provider"] },
    Owned { name: "rustls*", by: &["doorstep-peers"] },
    Owned { name: "hyper*", by: &["doorstep-peers"] },
];

/// A word that only some sources may contain.
pub(super) struct Word {
    /// As it stands in code.
    pub(super) word: &'static str,
    /// Crates in which it must not stand; empty: all.
    pub(super) not_in: &'static [&'static str],
    /// Folders (from the top) in which it may stand although its crate is listed.
    pub(super) but_in: &'static [&'static str],
    /// Said when it does.
    pub(super) because: &'static str,
}

const STEPPED: &[&str] = &[
    "doorstep-rows",
    "doorstep-wire",
    "doorstep-content",
    "doorstep-credential",
    "doorstep-policy",
    "doorstep-mls",
    "doorstep-membership",
    "doorstep-engine",
    "doorstep-hub",
];

/// Words with a home.
pub(super) const WORDS: [Word; 18] = [
    Word {
        word: "openmls",
        not_in: &[],
        but_in: &["crates/mls", "crates/wire", "crates/testkit/src/strangers.rs", "xtask/bench/src"],
        because: "only mls and wire name openmls, and what the bench compares with, and strangers in tests",
    },
    Word { word: "sqlx", not_in: &[], but_in: &["crates/storage-"], because: "only storage-* names SQL" },
    // A component reads a field by yew's `TargetCast`, as one of the elements that services re-export.
    Word {
        word: "web_sys",
        not_in: &[],
        but_in: &["src/services", "worker/", "scanner/"],
        because: "the browser is named in services only",
    },
    Word {
        word: "js_sys",
        not_in: &[],
        but_in: &["src/services", "worker/", "scanner/"],
        because: "the browser is named in services only",
    },
    Word { word: "gloo_net", not_in: &[], but_in: &["src/services", "worker/"], because: "services make the requests" },
    Word {
        word: "gloo_timers",
        not_in: &[],
        but_in: &["src/services", "src/hooks", "worker/"],
        because: "services and hooks wait",
    },
    Word { word: "yew", not_in: &[], but_in: &["src/", "crates/public-page"], because: "only pages name yew" },
    Word {
        word: "yew_router",
        not_in: &[],
        but_in: &["src/", "crates/public-page"],
        because: "only pages name the table of paths",
    },
    Word { word: "axum", not_in: &[], but_in: &["crates/provider"], because: "only provider names axum" },
    // OpenMLS compares lifetimes with the wall clock: a test that makes a group begins now.
    Word {
        word: "SystemTime::now",
        not_in: STEPPED,
        but_in: &["crates/engine/src/disclosure/hearing/tests.rs"],
        because: "time is an argument",
    },
    Word { word: "Instant::now", not_in: STEPPED, but_in: &[], because: "time is an argument" },
    Word { word: "OsRng", not_in: STEPPED, but_in: &[], because: "randomness is an argument" },
    Word { word: "thread_rng", not_in: STEPPED, but_in: &[], because: "randomness is an argument" },
    Word { word: "from_entropy", not_in: STEPPED, but_in: &[], because: "randomness is an argument" },
    // OpenMLS's own provider draws from the system, and cannot be told otherwise (docs/adr/0006).
    Word {
        word: "RustCrypto",
        not_in: STEPPED,
        but_in: &["crates/mls/src/crypto.rs", "crates/mls/src/crypto/hpke.rs"],
        because: "the one that draws by itself has one home",
    },
    Word { word: "std::net", not_in: STEPPED, but_in: &[], because: "effects are return values" },
    Word { word: "std::fs", not_in: STEPPED, but_in: &[], because: "effects are return values" },
    // The stores' contract is a set of tests.
    Word {
        word: "tokio",
        not_in: STEPPED,
        but_in: &["crates/hub/src/store/contract"],
        because: "effects are return values",
    },
];

/// SQL statements, which only `storage-*` may contain.
pub(super) const SQL: [&str; 5] = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE ", "UPDATE OR "];
