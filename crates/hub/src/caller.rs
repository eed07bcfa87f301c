use doorstep_wire::ProviderDomain;

/// Who speaks to the hub: a provider for one of its users. The transport proves the domain (mutual TLS between
/// providers, a session at the own one); everything else is in the request and is checked there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Provider of the user the request is about.
    pub domain: ProviderDomain,
    /// The user has no account at that provider. Only the hub's own provider can say so; `false` for a peer.
    pub guest: bool,
}
