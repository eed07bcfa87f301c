//! A provider's own certificate on disk.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use doorstep_peers::development::{Leaf, certificates};
use doorstep_peers::{Identity, IdentityError, Roots, RootsError};

use crate::ground::{A, Ground, domain, notify, provider_with, said, status};

#[test]
fn what_cannot_be_used_is_refused_with_a_word() {
    let ground = Ground::new();
    let good = ground.authority.sign(&Leaf::of(A)).unwrap();
    let (certificate, key) = ground.write(A, &good);
    let load = |name: &str, leaf: Leaf| {
        let (certificate, key) = ground.write(name, &ground.authority.sign(&leaf).unwrap());
        Identity::load(domain(A), &certificate, &key).unwrap_err()
    };
    let other = ground.authority.sign(&Leaf::of(A)).unwrap();
    let (_, other_key) = ground.write("other", &other);
    let named = |names: &[&str]| Leaf { names: names.iter().map(|&name| name.to_owned()).collect(), ..Leaf::of(A) };

    let error = Identity::load(domain(A), &certificate, &other_key).unwrap_err();
    assert!(matches!(error, IdentityError::Mismatch { .. }), "{error}");
    let error = load("ended", Leaf { days: -9..-1, ..Leaf::of(A) });
    assert!(matches!(error, IdentityError::Expired(..)), "{error}");
    let error = load("early", Leaf { days: 1..9, ..Leaf::of(A) });
    assert!(matches!(error, IdentityError::NotYet(..)), "{error}");
    for names in [&["c.example"][..], &["*.example"], &["mimi.a.example"]] {
        let error = load("named", named(names));
        assert!(matches!(error, IdentityError::WrongName(..)), "{error}");
    }
    let (wild, wild_key) = ground.write("wild", &ground.authority.sign(&named(&["*.a.example"])).unwrap());
    let error = Identity::load(domain("home.a.example"), &wild, &wild_key).unwrap_err();
    assert!(matches!(error, IdentityError::WrongName(..)), "{error}");
    let error = load("client", Leaf { server: false, ..Leaf::of(A) });
    assert!(matches!(error, IdentityError::WrongPurpose(..)), "{error}");
    for (certificate, key) in [(&key, &key), (&ground.path("ca.key"), &key)] {
        let error = Identity::load(domain(A), certificate, key).unwrap_err();
        assert!(matches!(error, IdentityError::NoCertificate(_) | IdentityError::Unreadable(..)), "{error}");
    }
    let error = Identity::load(domain(A), &certificate, &certificate).unwrap_err();
    assert!(matches!(error, IdentityError::NoKey(_)), "{error}");
    fs::write(ground.path("torn.pem"), &good.certificate[..good.certificate.len() / 2]).unwrap();
    let error = Identity::load(domain(A), &ground.path("torn.pem"), &key).unwrap_err();
    assert!(matches!(error, IdentityError::NoCertificate(_)), "{error}");
    Identity::load(domain(A), &certificate, &key).unwrap();
}

#[test]
fn roots_are_certificates() {
    let ground = Ground::new();
    let load = |name: &str, text: &str| {
        fs::write(ground.path(name), text).unwrap();
        Roots::Only(ground.path(name)).load().unwrap_err()
    };
    assert!(matches!(load("empty.pem", "# nothing\n"), RootsError::Empty(_)));
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(matches!(load("broken.pem", broken), RootsError::Broken(_)));
    assert!(matches!(Roots::Only(ground.path("none.pem")).load().unwrap_err(), RootsError::Unreadable(..)));
    Roots::Public.load().unwrap();
}

#[tokio::test]
async fn a_certificate_renewed_on_disk_is_used_without_a_restart() {
    let ground = Ground::new();
    let identity = ground.identity(A);
    let limits = doorstep_peers::ListenerLimits::default();
    let provider = provider_with(&ground, identity.clone(), Default::default(), limits, |heard| {
        if heard.line.starts_with("GET") { said(crate::ground::directory(A)) } else { status(201) }
    })
    .await;
    assert!(!identity.reload().unwrap(), "the same files");
    assert_eq!(notify(&ground.network([(A, provider.address)])).await.unwrap().status, 201);

    // A file that cannot be used changes nothing.
    ground.write(A, &ground.authority.sign(&Leaf { days: -9..-1, ..Leaf::of(A) }).unwrap());
    let mut said_before = None;
    identity.look(&mut said_before);
    assert!(said_before.unwrap().contains("has ended on"));
    assert!(matches!(identity.reload().unwrap_err(), IdentityError::Expired(..)));
    assert_eq!(notify(&ground.network([(A, provider.address)])).await.unwrap().status, 201);

    // One of another authority can; who trusts only that one sees it.
    let other = Ground::new();
    assert_eq!(notify(&other.network([(A, provider.address)])).await, Err(doorstep_peers::PeerError::NotItself));
    ground.write(A, &other.authority.sign(&Leaf::of(A)).unwrap());
    assert!(identity.reload().unwrap());
    let network = ground.network([(A, provider.address)]);
    assert_eq!(notify(&network).await, Err(doorstep_peers::PeerError::NotItself));
}

#[test]
fn certificates_for_development_are_whole_and_their_keys_private() {
    let ground = Ground::new();
    let folder = ground.path("made");
    for _ in 0..2 {
        let ca = certificates(&folder, &[domain(A), domain("localhost")]).unwrap();
        Roots::Only(ca).load().unwrap();
        for name in [A, "localhost"] {
            let key = folder.join(format!("{name}.key"));
            Identity::load(domain(name), &folder.join(format!("{name}.pem")), &key).unwrap();
            assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
