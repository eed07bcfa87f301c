//! With whom the operator lets this provider speak.

use std::collections::BTreeSet;

use doorstep_wire::ProviderDomain;

/// The operator's lists. Empty: everybody.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lists {
    /// Only these; `None`: all that are not blocked.
    pub allow: Option<BTreeSet<ProviderDomain>>,
    /// Never these, also when they are allowed.
    pub block: BTreeSet<ProviderDomain>,
}

impl Lists {
    /// This provider speaks with `domain`, in both directions.
    pub fn admit(&self, domain: &ProviderDomain) -> bool {
        !self.block.contains(domain) && self.allow.as_ref().is_none_or(|allow| allow.contains(domain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_stronger_than_a_permission() {
        let domain = |text: &str| text.parse::<ProviderDomain>().unwrap();
        let (a, b, c) = (domain("a.example"), domain("b.example"), domain("c.example"));
        assert!(Lists::default().admit(&a));
        let lists = Lists { allow: Some([a.clone(), b.clone()].into()), block: [b.clone()].into() };
        assert!(lists.admit(&a));
        assert!(!lists.admit(&b) && !lists.admit(&c));
        let nobody = Lists { allow: Some(BTreeSet::new()), ..Lists::default() };
        assert!(!nobody.admit(&a));
    }
}
