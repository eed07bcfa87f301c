use doorstep_wire::{ClientUri, Credential, ProviderDomain, RoomUri, UserUri};

use super::*;

fn tbs(room: Option<&str>) -> KeyMaterialRequestTbs {
    KeyMaterialRequestTbs {
        requester: "mimi://asker.example/u/alice".parse().unwrap(),
        target: target(),
        room: room.map(|room| room.parse::<RoomUri>().unwrap()),
        cipher_suites: vec![1],
        required: RequiredCapabilities::default(),
        signature_key: vec![1; 32].into(),
        credential: Credential::sd_cwt(vec![1]),
    }
}

fn target() -> UserUri {
    "mimi://target.example/u/bob".parse().unwrap()
}

fn go(own: &str, from: &str, tbs: &KeyMaterialRequestTbs) -> Result<Step, HubError> {
    let [own, from] = [own, from].map(|domain| domain.parse::<ProviderDomain>().unwrap());
    way(&own, &from, tbs)
}

fn ask(domain: &str) -> Result<Step, HubError> {
    Ok(Step::Ask(domain.parse().unwrap()))
}

#[test]
fn a_request_goes_by_the_hub_to_the_target() {
    let (asker, hub, end) = ("asker.example", "hub.example", "target.example");
    let three = tbs(Some("mimi://hub.example/r/x"));
    assert_eq!(go(asker, asker, &three), ask(hub));
    assert_eq!(go(hub, asker, &three), ask(end));
    assert_eq!(go(end, hub, &three), Ok(Step::Answer));
    // The hub is the requester's own provider, the target's, or there is none.
    let own = tbs(Some("mimi://asker.example/r/x"));
    assert_eq!(go(asker, asker, &own), ask(end));
    assert_eq!(go(end, asker, &own), Ok(Step::Answer));
    let theirs = tbs(Some("mimi://target.example/r/x"));
    assert_eq!(go(asker, asker, &theirs), ask(end));
    assert_eq!(go(end, asker, &theirs), Ok(Step::Answer));
    assert_eq!(go(asker, asker, &tbs(None)), ask(end));
    assert_eq!(go(end, asker, &tbs(None)), Ok(Step::Answer));
    // A colleague at the own provider, for a room elsewhere and at home.
    let colleague = |room| KeyMaterialRequestTbs { target: "mimi://asker.example/u/bob".parse().unwrap(), ..tbs(room) };
    assert_eq!(go(asker, asker, &colleague(Some("mimi://hub.example/r/x"))), ask(hub));
    assert_eq!(go(hub, asker, &colleague(Some("mimi://hub.example/r/x"))), ask(asker));
    assert_eq!(go(asker, hub, &colleague(Some("mimi://hub.example/r/x"))), Ok(Step::Answer));
    assert_eq!(go(asker, asker, &colleague(None)), Ok(Step::Answer));
}

#[test]
fn nobody_else_hands_a_request_in() {
    let (asker, hub, end) = ("asker.example", "hub.example", "target.example");
    let three = tbs(Some("mimi://hub.example/r/x"));
    assert_eq!(go(end, asker, &three), Err(HubError::NotYours), "past the hub");
    assert_eq!(go(end, "x.example", &three), Err(HubError::NotYours));
    assert_eq!(go(hub, end, &three), Err(HubError::NotYours));
    assert_eq!(go(hub, hub, &three), Err(HubError::NotYours), "an own client for somebody else's user");
    assert_eq!(go("x.example", asker, &three), Err(HubError::NotFound));
    assert_eq!(go(end, "x.example", &tbs(None)), Err(HubError::NotYours));
}

#[test]
fn what_nobody_here_has_is_not_promised() {
    let required = |extensions: &[u16], proposals: &[u16], credentials: &[u16]| KeyMaterialRequestTbs {
        required: RequiredCapabilities {
            extensions: extensions.to_vec(),
            proposals: proposals.to_vec(),
            credentials: credentials.to_vec(),
        },
        ..tbs(None)
    };
    assert!(is_compatible(&required(&[6], &[8, 10], &[5])));
    assert!(is_compatible(&required(&[1, 5], &[1, 7], &[1])));
    assert!(!is_compatible(&required(&[7], &[], &[])));
    assert!(!is_compatible(&required(&[], &[9], &[])));
    assert!(!is_compatible(&required(&[], &[], &[2])));
    assert!(!is_compatible(&KeyMaterialRequestTbs { cipher_suites: vec![3], ..tbs(None) }));
    assert!(is_compatible(&KeyMaterialRequestTbs { cipher_suites: vec![3, 1], ..tbs(None) }));
}

#[test]
fn consent_opens_the_other_pool_and_none_is_like_nobody() {
    assert_eq!(pools(Consent::None, true), [Pool::ConnectionOnly]);
    assert_eq!(pools(Consent::OtherRoom, true), [Pool::ConnectionOnly]);
    assert_eq!(pools(Consent::Given, true), [Pool::Any, Pool::ConnectionOnly]);
    assert_eq!(pools(Consent::None, false), []);
    assert_eq!(pools(Consent::OtherRoom, false), []);
    assert_eq!(pools(Consent::Given, false), [Pool::Any]);
    let status = |consent, claims| answer(&tbs(None), consent, claims).map(|answer| answer.status);
    assert_eq!(status(Consent::None, Vec::new()), Ok(KeyMaterialUserCode::NoConsent));
    assert_eq!(status(Consent::OtherRoom, Vec::new()), Ok(KeyMaterialUserCode::NoConsentForThisRoom));
    assert_eq!(status(Consent::Given, Vec::new()), Ok(KeyMaterialUserCode::NoCompatibleMaterial));
    let client: ClientUri = "mimi://target.example/d/bob/1".parse().unwrap();
    let used_up = vec![Claim { client, package: None }];
    let exhausted = answer(&tbs(None), Consent::None, used_up.clone()).unwrap();
    assert_eq!(exhausted.status, KeyMaterialUserCode::NoCompatibleMaterial);
    assert_eq!(exhausted.clients.len(), 1);
    assert_eq!(KeyMaterialResponse::decode(&exhausted.encode().unwrap()).unwrap(), exhausted);
    let broken = vec![Claim { package: Some(vec![1]), ..used_up[0].clone() }];
    assert!(matches!(answer(&tbs(None), Consent::None, broken), Err(HubError::Internal(_))));
}
