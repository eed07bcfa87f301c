//! Every path that is no page (`doorstep_public_page::Route`) and not of the client API (`doorstep_client_api::http`).

/// What the paths for other providers begin with; behind it the name of the endpoint, and what it is asked about. The
/// directory (`doorstep_peers::DIRECTORY`) tells them.
pub const MIMI: &str = "/mimi/v1/";
/// Which Android app takes links over.
pub(crate) const ANDROID_APP_LINKS: &str = "/.well-known/assetlinks.json";
/// Which app of Apple's systems does.
pub(crate) const APPLE_APP_LINKS: &str = "/.well-known/apple-app-site-association";
/// Whether the provider works.
pub(crate) const HEALTH: &str = "/healthz";
/// Figures for its operator.
pub(crate) const METRICS: &str = "/metrics";
/// Files of the web app that have to lie at the top.
pub(crate) const TOP: [&str; 3] = ["/robots.txt", "/favicon.ico", "/sw.js"];
