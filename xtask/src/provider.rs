//! A running provider: started for a demo or a measurement, stopped when dropped.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::host;
use crate::place::Place;
use crate::program::output;

/// Domain in URIs, which have no ports, of a provider that is alone.
pub(crate) const DOMAIN: &str = "localhost";

/// Providers on this machine that speak with each other: an authority of their own, and a configuration for each.
#[derive(Debug)]
pub(crate) struct Neighbourhood {
    folder: PathBuf,
    members: Vec<Member>,
    is_quiet: bool,
}

/// One of them.
#[derive(Debug)]
struct Member {
    domain: String,
    /// Port for other providers.
    peers: u16,
}

impl Neighbourhood {
    /// Makes certificates for these domains, in `folder`.
    ///
    /// # Errors
    /// The folder cannot be written to, or there are no free ports.
    pub(crate) fn found(place: &Place, folder: &Path, domains: &[&str]) -> Result<Self> {
        let mut authority = Command::new(host::program(place, "doorstep-authority")?);
        authority.arg(folder).args(domains);
        output(&mut authority).context("certificates")?;
        let member = |domain: &&str| Ok(Member { domain: (*domain).to_owned(), peers: free_port()? });
        let members = domains.iter().map(member).collect::<Result<Vec<_>>>()?;
        Ok(Self { folder: folder.to_owned(), members, is_quiet: false })
    }

    /// The same, and their logs have no line for each request.
    pub(crate) fn quiet(self) -> Self {
        Self { is_quiet: true, ..self }
    }

    /// Writes the settings of one of them that concern the others; gives the file.
    fn settings(&self, domain: &str) -> Result<PathBuf> {
        let own = self.members.iter().find(|member| member.domain == domain).context("no such provider")?;
        let path = |name: String| self.folder.join(name).display().to_string();
        let mut text = format!(
            "peers_listen = \"127.0.0.1:{}\"\npeers_certificate = {:?}\npeers_key = {:?}\npeers_roots = {:?}\n\
             [peers_addresses]\n",
            own.peers,
            path(format!("{domain}.pem")),
            path(format!("{domain}.key")),
            path("ca.pem".to_owned()),
        );
        for Member { domain, peers } in &self.members {
            text.push_str(&format!("\"{domain}\" = \"127.0.0.1:{peers}\"\n"));
        }
        let file = self.folder.join(format!("{domain}.toml"));
        fs::write(&file, text).with_context(|| file.display().to_string())?;
        Ok(file)
    }
}

/// A provider on this machine.
#[derive(Debug)]
pub(crate) struct Provider {
    child: Child,
    domain: String,
    port: u16,
}

impl Provider {
    /// Starts one that keeps its database in `data` and waits until it answers.
    ///
    /// # Errors
    /// It was not built, ends at once, or does not answer.
    pub(crate) fn start(place: &Place, port: u16, data: &Path) -> Result<Self> {
        Self::start_as(place, DOMAIN, port, data, None)
    }

    /// The same under a domain, among others.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(crate) fn start_as(
        place: &Place,
        domain: &str,
        port: u16,
        data: &Path,
        among: Option<&Neighbourhood>,
    ) -> Result<Self> {
        fs::create_dir_all(data).with_context(|| data.display().to_string())?;
        let mut command = Command::new(host::program(place, "doorstep-provider")?);
        command.arg("serve");
        command.arg("--listen").arg(format!("127.0.0.1:{port}"));
        command.args(["--domain", domain]);
        command.arg("--public-url").arg(format!("http://{domain}:{port}"));
        if let Some(among) = among {
            command.arg("--config").arg(among.settings(domain)?);
        }
        command.arg("--data").arg(data);
        // The provider looks for its settings there; ours are not for it.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("DOORSTEP_") {
                command.env_remove(name);
            }
        }
        if among.is_some_and(|among| among.is_quiet) {
            command.env("DOORSTEP_LOG", "warn");
        }
        let child = command.stdin(Stdio::null()).spawn().context("cannot start doorstep-provider")?;
        let mut provider = Self { child, domain: domain.to_owned(), port };
        let start = Instant::now();
        loop {
            if let Ok(answer) = provider.get("/healthz")
                && answer.status == 200
            {
                return Ok(provider);
            }
            if let Some(status) = provider.child.try_wait()? {
                bail!("the provider ended at once ({status})");
            }
            if start.elapsed() > Duration::from_secs(20) {
                bail!("the provider does not answer on port {port}");
            }
            sleep(Duration::from_millis(100));
        }
    }

    /// Origin of its pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}:{}", self.domain, self.port)
    }

    /// Its domain.
    pub(crate) fn domain(&self) -> &str {
        &self.domain
    }

    /// Reads `path` the plain way, without compression.
    ///
    /// # Errors
    /// No connection, or no HTTP.
    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).proxy(None);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(20))).build().into();
        let mut answer = agent.get(format!("http://{}{path}", self.address())).call()?;
        Ok(Answer { status: answer.status().as_u16(), body: answer.body_mut().read_to_vec()? })
    }

    /// `host:port` to connect to.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// The system cannot tell.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Politely first: its graceful stop is part of what a demo shows.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().is_ok_and(|status| status.success());
        let start = Instant::now();
        while asked && start.elapsed() < Duration::from_secs(5) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Status.
    pub(crate) status: u16,
    /// As sent.
    pub(crate) body: Vec<u8>,
}

/// A port nobody listens on at the moment.
///
/// # Errors
/// The system has none.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A fresh folder for a provider's data, under target.
///
/// # Errors
/// It cannot be made.
pub(crate) fn fresh_data(place: &Place, name: &str) -> Result<PathBuf> {
    let folder = place.target().join("data").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
