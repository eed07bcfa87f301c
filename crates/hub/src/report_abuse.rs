//! `reportAbuse`: somebody shows what was said to them, and the hub looks whether it was said (mimi-protocol-06 §5.9).
//!
//! The hub reads the messages of a report, and these alone; whoever reports is told so before. What it finds out is that a
//! message went through it in the name of a participant of this room, at a time, with these very words. It decides nothing
//! about anybody.

use doorstep_content::MimiContent;
use doorstep_wire::{
    Body, ProviderDomain, RoomUri, UnixMillis, UserUri,
    abuse::{AbuseReport, AbusiveMessage},
};
use sha2::{Digest, Sha256};

use crate::{Caller, Hub, HubError, Room, franking, room::hosts};

/// A report that was looked into, to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct JudgedReport {
    /// Where it was said.
    pub room: RoomUri,
    /// Provider that handed the report in.
    pub from: ProviderDomain,
    /// Who reports; none: they stay anonymous.
    pub reporting_user: Option<UserUri>,
    /// Who is said to have said it.
    pub alleged_abuser: UserUri,
    /// For people; may be empty.
    pub note: String,
    /// One finding per message of the report, in its order.
    pub findings: Vec<Finding>,
    /// SHA-256 of the report: the same report comes once.
    pub digest: [u8; 32],
    /// When it came.
    pub at: UnixMillis,
}

/// Exhaustive on purpose: neither people nor words are printed.
impl core::fmt::Debug for JudgedReport {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { room: _, from: _, reporting_user: _, alleged_abuser: _, note: _, findings, digest: _, at } = self;
        f.debug_struct("JudgedReport").field("findings", findings).field("at", at).finish_non_exhaustive()
    }
}

impl JudgedReport {
    /// Messages that the alleged abuser is proven to have sent.
    pub fn proven(&self) -> usize {
        self.findings.iter().filter(|finding| matches!(finding, Finding::Sent { .. })).count()
    }
}

/// What the hub found out about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It went through this hub in this room, in the name of the alleged abuser.
    Sent {
        /// Message id (mimi-content): the same message has the same.
        message: [u8; 32],
        /// When the hub took it.
        at: UnixMillis,
    },
    /// That is not proven.
    NotProven(Doubt),
}

/// Why a message is not proven to have been sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It is no framed MIMI message that names the alleged abuser and this room.
    OtherContent,
    /// The frank is not this hub's for these words, this sender, this room and this time.
    OtherFrank,
    /// The hub did not sign the frank.
    OtherSignature,
    /// It is in the report already.
    Repeated,
}

impl Hub {
    /// Looks into a report. `body` is an `AbuseReport`. Nothing in the room changes; what is returned is for the caller to
    /// keep before it answers.
    ///
    /// # Errors
    /// [`HubError::Malformed`]; [`HubError::NotFound`] if the caller's provider never had anybody in the room;
    /// [`HubError::NotYours`] if the report is in the name of a user of another provider.
    pub fn report_abuse(
        &self,
        room: &Room,
        body: &[u8],
        caller: &Caller,
        now: UnixMillis,
    ) -> Result<JudgedReport, HubError> {
        let report = AbuseReport::decode(body).map_err(|_| HubError::Malformed("AbuseReport"))?;
        if !hosts::had(&room.journal, &caller.domain)
            && !room.roster.iter().any(|(_, leaf)| leaf.user.host() == caller.domain)
        {
            return Err(HubError::NotFound);
        }
        if report.reporting_user.as_ref().is_some_and(|user| user.host() != caller.domain) {
            return Err(HubError::NotYours);
        }
        let mut findings: Vec<Finding> = Vec::with_capacity(report.messages.len());
        for shown in &report.messages {
            let finding = match self.look_into(room, &report.alleged_abuser, shown) {
                Ok(sent) if findings.contains(&sent) => Finding::NotProven(Doubt::Repeated),
                Ok(sent) => sent,
                Err(doubt) => Finding::NotProven(doubt),
            };
            findings.push(finding);
        }
        Ok(JudgedReport {
            room: room.uri().clone(),
            from: caller.domain.clone(),
            reporting_user: report.reporting_user,
            alleged_abuser: report.alleged_abuser,
            note: report.note,
            findings,
            digest: Sha256::digest(body).into(),
            at: now,
        })
    }

    /// Was this sent here by them?
    fn look_into(&self, room: &Room, sender: &UserUri, shown: &AbusiveMessage) -> Result<Finding, Doubt> {
        let said = MimiContent::unpack(shown.message_content.as_slice(), sender, room.uri())
            .map_err(|_| Doubt::OtherContent)?;
        let at = shown.accepted_timestamp;
        franking::check(&self.keys, &said.franking_tag, sender, room.uri(), at, &shown.frank)?;
        Ok(Finding::Sent { message: said.id.0, at })
    }
}
