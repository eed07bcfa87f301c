//! The listener and the programs with which operators try it: `curl` and `openssl s_client`.
//!
//! Where one is missing its test says so and passes; under `cargo xtask test` (`DOORSTEP_PROGRAMS`) it fails.

use std::process::{Command, Output, Stdio};

use doorstep_peers::PeerName;
use doorstep_peers::development::Leaf;

use crate::ground::{A, B, Ground, Provider, domain, provider, said};

/// The program, unless it is missing.
fn program(name: &str) -> Option<Command> {
    let there = Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = there.is_ok() || Command::new(name).arg("version").stdout(Stdio::null()).status().is_ok();
    if !there {
        assert!(std::env::var_os("DOORSTEP_PROGRAMS").is_none(), "{name} is not installed");
        println!("not tested: {name} is not installed");
        return None;
    }
    Some(Command::new(name))
}

async fn run(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.stdin(Stdio::null()).output().unwrap()).await.unwrap()
}

fn curl(ground: &Ground, provider: &Provider, arguments: &[&str]) -> Option<Command> {
    let mut curl = program("curl")?;
    let port = provider.address.port();
    curl.args(["--silent", "--show-error", "--include", "--noproxy", "*", "--cacert"])
        .arg(ground.path("ca.pem"))
        .arg("--resolve")
        .arg(format!("{A}:{port}:127.0.0.1"))
        .args(arguments)
        .arg(format!("https://{A}:{port}/mimi/v1/notify/x"));
    Some(curl)
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_comes_in_with_a_certificate_and_its_name() {
    let ground = Ground::new();
    let provider = provider(&ground, |heard| said(format!("name: {:?}", heard.name))).await;
    let (certificate, key) = ground.write(B, &ground.authority.sign(&Leaf::of(B)).unwrap());
    let with = ["--cert", certificate.to_str().unwrap(), "--key", key.to_str().unwrap()];
    let right = [&with[..], &["-H", "From: mimi@b.example", "--data-binary", "body"]].concat();
    let Some(command) = curl(&ground, &provider, &right) else { return };
    let output = run(command).await;
    let answer = String::from_utf8_lossy(&output.stdout);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("b.example"), "{output:?}");
    assert_eq!(provider.heard()[0].name, Some(PeerName(domain(B))));
    assert_eq!(&provider.heard()[0].body[..], b"body");
    for (arguments, line) in [
        ([&with[..], &["-H", "From: mimi@c.example"]].concat(), "HTTP/1.1 403 "),
        ([&with[..], &["-H", "From: mimi@b.example", "-H", "Host: c.example"]].concat(), "HTTP/1.1 421 "),
        (with.to_vec(), "HTTP/1.1 403 "),
        (vec![], "HTTP/1.1 200 "),
        (vec!["--http2"], "HTTP/1.1 200 "),
    ] {
        let output = run(curl(&ground, &provider, &arguments).unwrap()).await;
        assert!(String::from_utf8_lossy(&output.stdout).starts_with(line), "{arguments:?} {output:?}");
    }
    assert_eq!(provider.heard().last().unwrap().name, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_sees_tls_1_3_and_our_certificate_only() {
    let ground = Ground::new();
    let provider = provider(&ground, |_| said("hello")).await;
    let (certificate, key) = ground.write(B, &ground.authority.sign(&Leaf::of(B)).unwrap());
    let client = |arguments: &[&str]| {
        let mut openssl = program("openssl")?;
        openssl
            .args(["s_client", "-brief", "-verify_return_error", "-verify_hostname", A, "-servername", A, "-CAfile"])
            .arg(ground.path("ca.pem"))
            .arg("-connect")
            .arg(provider.address.to_string())
            .args(arguments);
        Some(openssl)
    };
    let with = ["-cert", certificate.to_str().unwrap(), "-key", key.to_str().unwrap()];
    for arguments in [&with[..], &[]] {
        let Some(command) = client(arguments) else { return };
        let output = run(command).await;
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{output:?}");
        assert!(text.contains("TLSv1.3") && text.contains("Verification: OK"), "{text}");
    }
    let output = run(client(&["-tls1_2"]).unwrap()).await;
    assert!(!output.status.success(), "{output:?}");
}
