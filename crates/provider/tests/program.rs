//! The program itself, as its operator runs it: settings in a file, certificates in files, signals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken expectation has to stop the test"
)]

use std::fs;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use doorstep_peers::development::{Authority, Leaf};
use doorstep_peers::{Addresses, Endpoint, Errand, Identity, Lists, Network, PeerError, Peers as _, Reply, Roots};
use doorstep_wire::ProviderDomain;

/// Long enough for a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder with a certificate for a.example, and the program that uses it.
struct Place {
    folder: PathBuf,
    authority: Authority,
    public: SocketAddr,
    peers: SocketAddr,
}

impl Place {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("program-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let place = Self { folder, authority: Authority::new().unwrap(), public: free(), peers: free() };
        fs::write(place.path("ca.pem"), place.authority.certificate()).unwrap();
        place.certificate("a.example", &place.authority, "a.example");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn certificate(&self, file: &str, authority: &Authority, domain: &str) {
        let (certificate, key) = (self.path(&format!("{file}.pem")), self.path(&format!("{file}.key")));
        authority.sign(&Leaf::of(domain)).unwrap().write(&certificate, &key).unwrap();
    }

    /// The program with `more` at the end of its settings.
    fn program(&self, more: &str) -> Command {
        let (data, file) = (self.path("data"), self.path("doorstep.toml"));
        let text = format!(
            "domain = \"a.example\"\ndata = {data:?}\nlisten = \"{}\"\npeers_listen = \"{}\"\n\
             peers_certificate = {:?}\npeers_key = {:?}\npeers_roots = {:?}\n{more}\n",
            self.public,
            self.peers,
            self.path("a.example.pem"),
            self.path("a.example.key"),
            self.path("ca.pem"),
        );
        fs::write(&file, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_doorstep-provider"));
        command.env_clear().args(["serve", "--config"]).arg(file).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    /// b.example.
    fn other(&self) -> Network {
        self.certificate("b.example", &self.authority, "b.example");
        let b = "b.example".parse().unwrap();
        let identity = Identity::load(b, &self.path("b.example.pem"), &self.path("b.example.key")).unwrap();
        let table = [("a.example".parse().unwrap(), self.peers)].into();
        let trust = Roots::Only(self.path("ca.pem")).load().unwrap();
        Network::new(Arc::new(identity), &trust, Addresses { table }, Lists::default(), Default::default()).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A program that is running, and ended with the test.
struct Running(Child);

impl Running {
    fn start(place: &Place) -> Self {
        let running = Self(place.program("").stderr(Stdio::null()).spawn().unwrap());
        for address in [place.public, place.peers] {
            until(|| TcpStream::connect(address).is_ok());
        }
        running
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", self.0.id())).status().unwrap();
        assert!(sent.success());
    }

    fn ended(&mut self) -> ExitStatus {
        until(|| self.0.try_wait().unwrap().is_some());
        self.0.wait().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until(mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < PATIENCE, "it takes too long");
        std::thread::sleep(Duration::from_millis(20));
    }
}

async fn ask(network: &Network, endpoint: Endpoint, subject: &str) -> Result<Reply, PeerError> {
    let to: ProviderDomain = "a.example".parse().unwrap();
    network.send(&to, Errand { endpoint, subject: subject.to_owned(), recipients: None, body: Bytes::from("x") }).await
}

#[tokio::test]
async fn it_speaks_with_others_takes_a_new_certificate_and_stops_in_order() {
    let place = Place::new("speaks");
    let mut program = Running::start(&place);
    let network = place.other();
    let keys = ask(&network, Endpoint::HubKeys, "a.example").await.unwrap();
    assert!(keys.status == 200 && !keys.body.is_empty(), "{keys:?}");
    let theirs = ask(&network, Endpoint::Notify, "mimi://c.example/r/none").await.unwrap();
    assert_eq!((theirs.status, theirs.reason.as_deref()), (403, Some("not-your-room")));

    // Another authority's certificate: those who believe the first do not find the provider any more.
    let other = Authority::new().unwrap();
    place.certificate("a.example", &other, "a.example");
    program.signal("HUP");
    let begun = Instant::now();
    while ask(&place.other(), Endpoint::HubKeys, "a.example").await != Err(PeerError::NotItself) {
        assert!(begun.elapsed() < PATIENCE, "the old certificate stays");
    }

    program.signal("TERM");
    assert!(program.ended().success());
    assert_eq!(ask(&place.other(), Endpoint::HubKeys, "a.example").await, Err(PeerError::Unreachable));
}

#[test]
fn it_does_not_start_with_half_of_what_it_needs() {
    let place = Place::new("refuses");
    place.certificate("other", &place.authority, "a.example");
    place.certificate("wrong", &place.authority, "*.example");
    let file = |name: &str| format!("{:?}", place.path(name));
    for (setting, value, word) in [
        ("peers_key", file("other.key"), "does not belong to"),
        ("peers_key", file("nowhere.key"), "nowhere.key"),
        ("peers_certificate", file("wrong.pem"), "does not belong to"),
        ("peers_roots", file("a.example.key"), "peers_roots"),
        ("peers_listen", format!("\"{}\"", place.public), "address of their own"),
    ] {
        let mut command = place.program("");
        let name = format!("DOORSTEP_{}", setting.to_uppercase());
        let output = command.env(name, value.trim_matches('"')).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(word), "{setting} {value}: {said}");
    }
    let mut command = place.program("peers_alow = [\"b.example\"]");
    let output = command.output().unwrap();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("peers_alow"));
    place.certificate("a.example", &place.authority, "*.example");
    let output = place.program("").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("does not list the name a.example itself"), "{output:?}");
    assert!(!place.path("data").exists(), "nothing was begun");
}

#[test]
fn a_folder_without_an_app_is_refused() {
    let place = Place::new("no-app");
    let output = place.program(&format!("assets = {:?}", place.folder)).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("there is no built web app in"), "{said}");
}

#[test]
fn variables_that_are_somebody_elses_are_passed_over_and_told() {
    let place = Place::new("strangers");
    let mut command = place.program("");
    command
        .env("DOORSTEP_PORT", "tcp://10.0.0.1:80")
        .env("DOORSTEP_SERVICE_HOST", "10.0.0.1")
        .env("DOORSTEP_NAME", "Here");
    let mut program = Running(command.spawn().unwrap());
    until(|| TcpStream::connect(place.public).is_ok());
    assert!(page(&place).contains("Here"));
    program.signal("TERM");
    assert!(program.ended().success());
    let mut said = String::new();
    program.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    for name in ["DOORSTEP_PORT", "DOORSTEP_SERVICE_HOST"] {
        assert!(said.contains(name), "{said}");
    }
    assert!(!said.contains("10.0.0.1") && !said.contains("DOORSTEP_NAME"), "{said}");
}

#[test]
fn it_goes_on_when_nobody_reads_its_log_any_more() {
    let place = Place::new("log");
    let mut program = Running(place.program("").spawn().unwrap());
    until(|| TcpStream::connect(place.public).is_ok());
    drop(program.0.stderr.take());
    for _ in 0..3 {
        assert!(page(&place).contains("<html"));
    }
    program.signal("TERM");
    assert!(program.ended().success());
}

/// The home page.
fn page(place: &Place) -> String {
    ureq::get(format!("http://{}/", place.public)).call().unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn lists_can_stand_in_the_environment() {
    let place = Place::new("environment");
    let mut command = place.program("");
    let output = command
        .env("DOORSTEP_PEERS_BLOCK", "[\"b.example\", \"not a domain\"]")
        .env("DOORSTEP_PEERS_ADDRESSES", "{\"c.example\"=\"127.0.0.1:1\"}")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("\"not a domain\" in peers_block is not a domain"), "{said}");
}
