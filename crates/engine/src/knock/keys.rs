//! The keys of a knock: those of its KeyPackages, from the making to the erasing, and that of a reader of knocks.

use doorstep_credential::Audience;
use doorstep_mls::{Lifespan, Mls, drop_key_package, hpke_keypair, key_package};
use doorstep_wire::{
    Dictionary, RoomUri, UnixMillis,
    component::KNOCK_SEALING_KEY,
    ext::{knock::KnockSealingKey, kp_usage::KpUsage},
};
use serde_bytes::ByteBuf;
use tls_codec::{Serialize, VLByteVec};

use crate::{
    context::Context,
    identity::{self, account},
    record::{KNOCK_KEYS, KnockKey, KnockRecord, Pack, Package},
    text::hex,
};

/// Seconds: a package cannot be used for an Add in its last 28 days.
const USABLE_UNTIL_BEFORE_END: u64 = 28 * 86_400;

/// Makes the KeyPackages once both identities are minted.
pub(crate) fn pack(cx: &mut Context, knock: &KnockRecord) -> Option<Pack> {
    if cx.identity_record(&knock.visitor).is_none_or(|visitor| visitor.token.is_none()) {
        return None;
    }
    if knock.disclose.is_some() && !account::account_is_ready(cx) {
        return None;
    }
    let identity = identity::identity(cx, &knock.client, &Audience::KeyPackage)?;
    let lifespan = Lifespan::starting(cx.now);
    let usage = KpUsage::RoomBound(knock.target.clone());
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    let package = key_package(&mls, &identity, &usage, lifespan).ok()?;
    let not_after = lifespan.not_after;
    let package = Package { bytes: ByteBuf::from(package.bytes), reference: package.reference, not_after };
    let token_end = cx.identity_record(&knock.client).map_or(0, |identity| identity.expires);
    let package_end = end_of(&package);
    Some(Pack { packages: vec![package], expires: package_end.min(token_end) })
}

/// Whether somebody can be let in by one of them.
pub(crate) fn can_be_used(packages: &[Package], now: UnixMillis) -> bool {
    packages.iter().any(|package| end_of(package) > now.0)
}

/// Until when it can be used, milliseconds.
pub(crate) fn end_of(package: &Package) -> u64 {
    package.not_after.saturating_sub(USABLE_UNTIL_BEFORE_END).saturating_mul(1000)
}

/// They are not wanted any more: the private halves are deleted, and nobody can be let in by them.
pub(crate) fn erase(cx: &mut Context, packages: &[Package]) {
    let mls = Mls::new(&cx.journal, cx.entropy.bytes());
    for package in packages {
        drop_key_package(&mls, &package.reference);
    }
}

/// Leaf components of somebody who reads knocks: a fresh sealing key, whose private half is kept.
pub(crate) fn knock_sealing_leaf(cx: &mut Context, room: &RoomUri) -> Dictionary {
    let mut leaf = Dictionary::new();
    let Ok(pair) = hpke_keypair(&cx.entropy.bytes()) else { return leaf };
    KNOCK_KEYS.put(&cx.journal, &hex(&pair.public), &KnockKey { room: room.clone(), secret: pair.secret });
    let component = KnockSealingKey { knock_key: VLByteVec::from(pair.public.as_slice()) };
    if let Ok(bytes) = component.tls_serialize_detached() {
        leaf.insert(KNOCK_SEALING_KEY, bytes);
    }
    leaf
}
