//! `doorstep-provider serve`: one binary, one database file.

use std::io::stderr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use doorstep_peers::NoPeers;
use doorstep_provider::{Settings, SystemClock, SystemEntropy, build, serve};
use doorstep_storage_sqlite::SqliteStore;
use tracing_subscriber::EnvFilter;

/// A Doorstep provider: public pages, the web app, and the rooms of one domain.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the provider until it is told to stop.
    Serve(Serve),
}

#[derive(Debug, Args)]
struct Serve {
    /// TOML file with settings.
    #[arg(long, env = "DOORSTEP_CONFIG")]
    config: Option<PathBuf>,
    /// Folder of the database.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Address and port to listen on.
    #[arg(long)]
    listen: Option<std::net::SocketAddr>,
    /// Origin of the pages, e.g. https://a.example.
    #[arg(long)]
    public_url: Option<String>,
    /// Domain of the provider, e.g. a.example.
    #[arg(long)]
    domain: Option<String>,
    /// Folder of the built web app.
    #[arg(long)]
    assets: Option<PathBuf>,
}

fn main() -> Result<()> {
    let filter = EnvFilter::try_from_env("DOORSTEP_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(stderr).init();
    let Cli { command: Command::Serve(options) } = Cli::parse();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(options))
}

async fn run(options: Serve) -> Result<()> {
    let Serve { config: file, data, listen, public_url, domain, assets } = options;
    let options = Settings { data, listen, public_url, domain, assets, ..Settings::default() };
    let settings = Settings::read(file.as_deref(), &options)?;
    let config = settings.config()?;
    let database = private_folder(&settings.data())?.join("doorstep.sqlite");
    let store = SqliteStore::open(&database).await.with_context(|| database.display().to_string())?;
    let provider =
        build(config, store.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy), Arc::new(NoPeers)).await?;
    serve(provider, settings.listen()).await?;
    store.close().await;
    Ok(())
}

/// The folder holds the provider's secrets: nobody else on the machine reads it.
fn private_folder(folder: &std::path::Path) -> Result<PathBuf> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    if !folder.exists() {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| folder.display().to_string())?;
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .with_context(|| folder.display().to_string())?;
    Ok(folder.to_owned())
}
