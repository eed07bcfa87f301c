use doorstep_wire::ProviderDomain;

use crate::{HubConfig, HubKeys};

/// What all rooms of one hub share.
#[derive(Debug)]
pub struct Hub {
    pub(crate) domain: ProviderDomain,
    pub(crate) keys: HubKeys,
    pub(crate) config: HubConfig,
}

impl Hub {
    /// A hub for the rooms of `domain`.
    pub fn new(domain: ProviderDomain, keys: HubKeys, config: HubConfig) -> Self {
        Self { domain, keys, config }
    }

    /// Authority of every room URI here.
    pub fn domain(&self) -> &ProviderDomain {
        &self.domain
    }

    /// The two public keys and the secrets behind them.
    pub fn keys(&self) -> &HubKeys {
        &self.keys
    }

    /// Limits.
    pub fn config(&self) -> &HubConfig {
        &self.config
    }
}
