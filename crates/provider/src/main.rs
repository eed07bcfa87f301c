//! `doorstep-provider`: one binary, one database file. It serves, or tells its operator what is in the file.

use std::io::{ErrorKind, Write as _, stderr, stdout};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use doorstep_peers::{NoPeers, Peers};
use doorstep_provider::{Clock as _, Federation, Settings, SystemClock, SystemEntropy, build, operator, serve};
use doorstep_storage_sqlite::SqliteStore;
use doorstep_wire::RoomUri;
use tracing_subscriber::EnvFilter;

/// Trees of large rooms are many small pieces: hashing one whole is a quarter quicker where they lie closer together
/// (`cargo xtask bench`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// In the folder of the data.
const DATABASE: &str = "doorstep.sqlite";

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
    Serve(Options),
    /// Prints what waits for other providers, and their keys. Takes the options of `serve`; only where the data is counts.
    Peers(Options),
    /// Prints reports of abuse, the newest first. Takes the options of `serve`; only where the data is counts.
    Reports {
        /// Most reports.
        #[arg(long, default_value_t = 50)]
        limit: usize,
        #[command(flatten)]
        options: Options,
    },
    /// Ends a room of this provider, with its knock room; everybody in it is told. Takes the options of `serve`; only where
    /// the data is counts.
    EndRoom {
        /// Its address, e.g. mimi://a.example/r/club.
        room: RoomUri,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Debug, Args)]
struct Options {
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
    /// Folder of a built web app, in place of the one that the program carries: for development.
    #[arg(long)]
    assets: Option<PathBuf>,
}

fn main() -> Result<()> {
    let filter = EnvFilter::try_from_env("DOORSTEP_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Whoever reads the log may go away, and what cannot be logged cannot be complained of there either.
    let log = tracing_subscriber::fmt().json().with_span_list(false).log_internal_errors(false);
    log.with_env_filter(filter).with_writer(stderr).init();
    let Cli { command } = Cli::parse();
    if doorstep_hub::SEEDED && !cfg!(debug_assertions) {
        bail!("built with the feature `seeded`, which is for tests: anybody could choose its keys");
    }
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(command))
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Serve(options) => run_provider(&options.settings()?).await,
        Command::Peers(options) => {
            let store = look_at(&options.settings()?).await?;
            print(&operator::peers(&store, SystemClock.now().0).await?)
        }
        Command::Reports { limit, options } => {
            let store = look_at(&options.settings()?).await?;
            print(&operator::reports(&store, limit).await?)
        }
        Command::EndRoom { room, options } => {
            let store = change(&options.settings()?).await?;
            print(&operator::end_room(&store, &room).await?)
        }
    }
}

impl Options {
    fn settings(self) -> Result<Settings> {
        let Self { config: file, data, listen, public_url, domain, assets } = self;
        let options = Settings { data, listen, public_url, domain, assets, ..Settings::default() };
        Settings::read(file.as_deref(), &options)
    }
}

/// The database of a provider that may be running.
async fn look_at(settings: &Settings) -> Result<SqliteStore> {
    let database = settings.data().join(DATABASE);
    if !database.is_file() {
        bail!("there is no database {}", database.display());
    }
    SqliteStore::open_to_read(&database).await.with_context(|| database.display().to_string())
}

/// The same, to change something in it.
async fn change(settings: &Settings) -> Result<SqliteStore> {
    // It is looked at first: a database of another version is left as it is.
    look_at(settings).await?.close().await;
    let database = settings.data().join(DATABASE);
    SqliteStore::open(&database).await.with_context(|| database.display().to_string())
}

/// Whoever reads may have read enough.
fn print(text: &str) -> Result<()> {
    match stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

async fn run_provider(settings: &Settings) -> Result<()> {
    for name in Settings::strangers() {
        tracing::warn!(name, "no setting of this program: passed over");
    }
    let config = settings.config()?;
    let federation = settings.peers()?.map(|files| Federation::new(&config, &files)).transpose()?;
    let peers: Arc<dyn Peers> = federation.as_ref().map_or_else(|| Arc::new(NoPeers) as _, Federation::peers);
    let database = private_folder(&settings.data())?.join(DATABASE);
    let store = SqliteStore::open(&database).await.with_context(|| database.display().to_string())?;
    let provider = build(config, store.clone(), Arc::new(SystemClock), Arc::new(SystemEntropy), peers).await?;
    if !provider.has_app() {
        tracing::warn!("this provider was built without the web app: say --assets FOLDER, or build it with one");
    }
    serve(provider, settings.listen(), federation).await?;
    store.close().await;
    Ok(())
}

/// The folder holds the provider's secrets: nobody else on the machine reads it.
fn private_folder(folder: &Path) -> Result<PathBuf> {
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
