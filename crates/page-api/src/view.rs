//! What a page and the engine say to each other. Commands go in, events with whole views come out; a view replaces the
//! former one, so there is nothing to merge and nothing to get out of step.
//!
//! Times are milliseconds since the UNIX epoch. URIs are MIMI URIs in text form. Why something is
//! refused ([`Problem::code`]) is one of [`Refusal`]; the page has a sentence for each and a general one for words that
//! it does not know.

mod connection;
mod link;

pub use doorstep_wire::Refusal;
pub use doorstep_wire::ext::door::{DisclosurePolicy, Pseudonyms};
use serde::{Deserialize, Serialize};

pub use connection::{
    AnswerPause, AskDraft, AskedBy, ContactAnswer, ContactRequest, ContactRequestState, FoundBy, MyAsk, MyAskState,
    MyContact,
};
pub use link::{
    DeadLink, KnockLink, LinkJoin, LinkOffer, LinkPerson, LinkPreview, LinkRules, LinkText, LinkUses, LinkView,
};

/// A command with an id made by the page (random, 32 hex digits). The engine answers each id with exactly one
/// [`Event::Done`] after the effect of the command is on disk, and does nothing for an id it has seen before; a page
/// sends again whatever was not answered when another tab's engine takes over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// 32 hex digits.
    pub id: String,
    /// What to do.
    pub command: Command,
}

/// What a page asks of the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A page opened: send all views. `room`: a room URI whose [`RoomView`] it wants to follow.
    Hello {
        /// Followed room.
        room: Option<String>,
    },
    /// Make an account for this browser. Turns a guest into an account; what the guest did stays.
    SignUp {
        /// 2–32 of `a-z 0-9 - _ .`, starts with a letter.
        handle: String,
        /// Shown to nobody unless disclosed. ≤ 64 characters.
        display_name: Option<String>,
    },
    /// Make a room, and with [`Preset::AskToJoin`] its knock room.
    CreateRoom(RoomDraft),
    /// Somebody is about to knock at a room, or to look at it: what that takes at the own provider is made ready. The hub
    /// of the room hears nothing of it.
    Prepare {
        /// Room URI.
        room: String,
        /// UUID of the pseudonym that the page shows, if it is to be ready.
        pseudonym: Option<String>,
    },
    /// Ask to join.
    Knock(KnockDraft),
    /// Take a knock back. `knock` is [`MyKnock::id`].
    Withdraw {
        /// Which.
        knock: String,
    },
    /// Drop a finished knock from the list.
    DismissKnock {
        /// Which.
        knock: String,
    },
    /// Answer a knock of somebody else. `request` is [`KnockRequest::id`].
    Answer {
        /// Which.
        request: String,
        /// What.
        answer: Answer,
    },
    /// Join an open room.
    JoinOpen {
        /// Room URI.
        room: String,
        /// UUID of the pseudonym to be made, or the engine takes one from the pool.
        pseudonym: Option<String>,
        /// Join with the account's own name.
        as_account: bool,
    },
    /// Say something.
    Send {
        /// Room URI.
        room: String,
        /// Text, GFM-MIMI markdown or plain; ≤ 8 000 characters.
        text: String,
        /// Message id (64 hex digits) this is a reply to.
        reply_to: Option<String>,
    },
    /// React to a message; empty `reaction` takes the own reaction back.
    React {
        /// Room URI.
        room: String,
        /// Message id.
        message: String,
        /// One grapheme.
        reaction: String,
    },
    /// Replace the text of an own message; empty `text` deletes it.
    Edit {
        /// Room URI.
        room: String,
        /// Message id.
        message: String,
        /// New text.
        text: String,
    },
    /// Send an own message again that was refused, or make a change of it again that was ([`ChatMessage::refused`]).
    SendAgain {
        /// Room URI.
        room: String,
        /// Message id.
        message: String,
    },
    /// Take an own message that was refused out of the chat, or forget a change of it that was.
    DropRefused {
        /// Room URI.
        room: String,
        /// Message id.
        message: String,
    },
    /// Show a message, with its former versions, to the hub of the room, which hears nothing of who shows it but their
    /// provider. Answered when the hub has it.
    Report {
        /// Room URI.
        room: String,
        /// Message id.
        message: String,
        /// For whoever reads it; ≤ 4096 bytes.
        note: String,
    },
    /// The newest message of the room was seen.
    MarkRead {
        /// Room URI.
        room: String,
    },
    /// Show more of what was said before the first of [`RoomView::messages`]. Refused: `no-room`, `no-message`.
    ShowOlder {
        /// Room URI.
        room: String,
        /// Message id: everything from it on. None: the part before what is shown.
        from: Option<String>,
    },
    /// Leave for good.
    Leave {
        /// Room URI.
        room: String,
    },
    /// End the room for everybody; what was said stays with those who heard it. Answered when the hub has ended it. Refused:
    /// `no-room`, `not-allowed`.
    EndRoom {
        /// Room URI.
        room: String,
    },
    /// Remove a room that is over for me from the list, with all that was said in it. What I said about myself there stays
    /// among [`HomeView::disclosures`]. Refused: `no-room`, `not-allowed` (it is not over).
    ForgetRoom {
        /// Room URI.
        room: String,
    },
    /// Remove somebody, or remove and keep out.
    Remove {
        /// Room URI.
        room: String,
        /// User URI.
        user: String,
        /// Ban too.
        ban: bool,
    },
    /// Give somebody another role.
    SetRole {
        /// Room URI.
        room: String,
        /// User URI.
        user: String,
        /// Its name, as in [`Person::role`].
        role: String,
    },
    /// Look where a link leads; answered by one [`Event::Link`]. Spends nothing.
    LookAtLink {
        /// What was pasted, scanned or opened: a whole address, what follows its `#`, or a `web+mimi:` link.
        invite: LinkText,
        /// Look with the account's own name: for a room without pseudonyms.
        as_account: bool,
    },
    /// Join by a link.
    JoinByLink {
        /// As in [`Command::LookAtLink`].
        invite: LinkText,
        /// Join with the account's own name.
        as_account: bool,
        /// UUID of the pseudonym, or that of [`LinkOffer::pseudonym`].
        pseudonym: Option<String>,
        /// The person was told of [`LinkOffer::inviter_gone`] and goes on. Otherwise such a link is refused with
        /// `link-inviter-gone`.
        inviter_gone: bool,
    },
    /// Make a link; comes out as [`Outcome::Link`].
    MakeLink {
        /// Room URI.
        room: String,
        /// One of [`LinkRules::roles`].
        role: String,
        /// How long it can be used, at most [`LinkRules::max_seconds`].
        seconds: u32,
        /// Uses at most; 0: any number.
        max_uses: u32,
        /// For the maker alone, ≤ 200 characters.
        note: String,
    },
    /// Take a link away, whoever made it.
    RevokeLink {
        /// Room URI.
        room: String,
        /// [`LinkView::id`].
        link: String,
    },
    /// Let nobody use any link of a room for the moment, or let them again.
    PauseLinks {
        /// Room URI.
        room: String,
        /// What shall be.
        paused: bool,
    },
    /// Say in a room who I am, provably. Cannot be taken back. Refused: `needs-account`, `disclosure-forbidden`,
    /// `already-account` (I am there with my account), `already-disclosed` (the same claims to the same people),
    /// `not-a-member`, `nobody-to-read`, `no-room`, `room-over`.
    Disclose {
        /// Room URI.
        room: String,
        /// Who is to read it.
        to: DiscloseTo,
        /// What is shown besides the account's URI.
        claims: Claims,
    },
    /// Ask somebody whether they want to talk with me. Answered once it is kept; how it goes on is in [`HomeView::asks`].
    /// Refused: `needs-account`, `not-a-user` (it is no address), `that-is-me`, `note-length`, `already-asked`, `already-connected`.
    Ask(AskDraft),
    /// Take a request back that was not answered, or drop a finished one from the list.
    DropAsk {
        /// [`MyAsk::id`].
        ask: String,
    },
    /// Answer somebody who asks me. Refused: `no-request`, `answered-already`.
    AnswerContact {
        /// [`ContactRequest::id`].
        request: String,
        /// What.
        answer: ContactAnswer,
    },
    /// How I can be found, and who may ask me. Refused: `needs-account`.
    SetContact {
        /// By what somebody finds me.
        found_by: FoundBy,
        /// Who may ask.
        asked_by: AskedBy,
        /// How long an answer of mine waits.
        pause: AnswerPause,
    },
    /// Let nothing of an account reach me, or let it again.
    Block {
        /// Account URI.
        user: String,
        /// What shall be.
        blocked: bool,
    },
    /// Bring somebody I talk with into another room: puts an invite there as a card ([`ChatBody::Invite`]). Makes a link for
    /// one use. Refused: as [`Command::MakeLink`], `no-room`.
    InviteInto {
        /// Room URI in which the invite is said.
        to: String,
        /// Room URI into which it leads.
        room: String,
    },
    /// I have read that a provider vouches with other keys ([`PeerTrouble::NewKeys`]).
    KeysRead {
        /// [`PeerNote::provider`].
        provider: String,
    },
    /// Try again now what waits for the network.
    Retry,
}

impl Command {
    /// It carries the code of a link: a page repeats it from memory and writes it nowhere.
    pub const fn is_secret(&self) -> bool {
        matches!(self, Self::LookAtLink { .. } | Self::JoinByLink { .. })
    }
}

/// Who is to read a disclosure. Everybody else sees at most that something sealed was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiscloseTo {
    /// Whoever is in the room, and whoever comes in while I am: for those it is said again by itself.
    Room,
    /// Those who are admins ([`Person::admin`]) when it is sent. In a knock: the moderators who read it.
    Admins,
    /// One user URI of the room.
    Member(String),
}

/// What a disclosure shows. The account's URI, and with it the provider, is always in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The handle as a claim of its own.
    pub handle: bool,
    /// The display name of the account, if it has one.
    pub display_name: bool,
}

/// A room to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomDraft {
    /// Room name, 1–100 characters.
    pub name: String,
    /// ≤ 2 000 characters.
    pub description: String,
    /// Address: `/r/{slug}`; 2–64 of `a-z 0-9 -`. None: a random one.
    pub slug: Option<String>,
    /// How people get in.
    pub preset: Preset,
    /// Who finds the page.
    pub visibility: Visibility,
    /// Ask search engines to stay out.
    pub noindex: bool,
    /// Let visitors without an account in.
    pub guests: bool,
    /// Policy for names.
    pub pseudonyms: Pseudonyms,
    /// Creator appears with the account's name instead of a pseudonym.
    pub as_account: bool,
    /// Whether people say inside the room who they are.
    #[serde(default)]
    pub disclosure: DisclosurePolicy,
}

/// The two room presets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Preset {
    /// A standard room and its knock room.
    AskToJoin,
    /// Anybody may come in.
    Open,
}

/// Who finds the page of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// On the provider's home page.
    Listed,
    /// Whoever has the address.
    Unlisted,
    /// Nobody: no page at all.
    Private,
}

/// A knock to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnockDraft {
    /// Made by the page, UUIDv4 text; one knock is sent per id however often the draft arrives.
    pub id: String,
    /// URI of the room the knocker wants to get into.
    pub room: String,
    /// Its name as the page showed it, for the list of knocks.
    pub room_name: String,
    /// Its knock room as the page showed it (`Door::knock_room`). Believed only after the room itself
    /// names it (component 0x8D48), once the knocker is in.
    pub knock_room: String,
    /// The note to the moderators, ≤ 1 000 characters.
    pub note: String,
    /// UUIDv4 of the pseudonym the knocker will have in the room. The page shows its name before sending.
    pub pseudonym: String,
    /// The dead link the knocker came by, 32 hex digits; the moderators read it.
    #[serde(default)]
    pub link: Option<String>,
    /// Tell the moderators who read the knock, and nobody else, who the knocker is. Refused: `needs-account`; the knock
    /// ends with `disclosure-forbidden` if the room wants to hear no names.
    #[serde(default)]
    pub disclose: Option<Claims>,
}

/// An admin's answer to a knock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Let the knocker in.
    Accept,
    /// Not this time. ≤ 500 characters, may be empty.
    Decline {
        /// Read by the knocker only.
        reason: String,
    },
    /// Decline and keep this pseudonym out.
    Ban {
        /// Read by the knocker only.
        reason: String,
    },
}

/// What the engine tells pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The engine runs (again): send commands that were not answered.
    Ready,
    /// The whole of what is not a single room.
    Home(Box<HomeView>),
    /// One room. Sent for followed rooms when anything in them changes.
    Room(Box<RoomView>),
    /// Where a link leads: the answer to [`Command::LookAtLink`].
    Link(Box<LinkPreview>),
    /// A command was carried out (its effect is on disk), or refused.
    Done {
        /// [`Envelope::id`].
        id: String,
        /// Refusal, or what came of it.
        result: Result<Outcome, Problem>,
    },
    /// Somebody should look: for a badge or a notification.
    Notice(Notice),
    /// Something is wrong with the engine as a whole. Said by its driver: `engine-stopped`, `storage-failed`,
    /// `nothing-kept` (it runs, but this browser keeps nothing), `other-provider`, `newer-version`. `another-engine` is
    /// said to the page that started the engine, and to no other, by a message of its worker: another engine has taken the
    /// place of this one, which has ended, and serves this page too for as long as its tab is open.
    Trouble(Problem),
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Nothing more to say.
    Ok,
    /// A room was made or joined; its page is `/rooms/{room}`.
    Room {
        /// Room URI.
        room: String,
    },
    /// They had asked me: that I ask is my yes, and is among [`HomeView::contact_requests`].
    SaidYes,
    /// A link was made: it is in [`RoomView::links`].
    Link {
        /// [`LinkView::id`].
        link: String,
    },
}

/// Something the person may want to be told of, when the page is not in front.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// Somebody knocks at one of my rooms.
    Knock {
        /// Room name.
        room_name: String,
    },
    /// I was let in.
    Accepted {
        /// Room URI.
        room: String,
        /// Room name.
        room_name: String,
    },
    /// Somebody asks me whether I want to talk.
    Asked {
        /// Account URI.
        who: String,
    },
    /// Somebody I asked said yes.
    Connected {
        /// Room URI.
        room: String,
        /// Account URI.
        who: String,
    },
    /// A knock of mine was answered with no.
    Declined {
        /// Room name.
        room_name: String,
    },
    /// New message.
    Message {
        /// Room URI.
        room: String,
        /// Room name.
        room_name: String,
    },
}

/// Something went wrong, for a reason that the page has a sentence for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Why.
    pub code: Refusal,
    /// For those who want to know exactly. English, never secret, may be empty.
    pub detail: String,
}

impl Problem {
    /// A problem without detail.
    pub const fn new(code: Refusal) -> Self {
        Self { code, detail: String::new() }
    }
}

/// Connection of the engine to its provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Link {
    /// Not tried yet.
    #[default]
    Starting,
    /// Connected.
    Online,
    /// The provider cannot be reached; everything waits and will be sent.
    Offline,
}

/// Everything that is not inside a single room.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// Connection.
    pub link: Link,
    /// Who I am at this provider; none before the first sign-up or knock.
    pub me: Option<Me>,
    /// My rooms, most recently active first. Knock rooms of my rooms are not listed.
    pub rooms: Vec<RoomSummary>,
    /// My own knocks, newest first.
    pub knocks: Vec<MyKnock>,
    /// Knocks of others that I may answer, oldest first.
    pub requests: Vec<KnockRequest>,
    /// People I asked, newest first.
    pub asks: Vec<MyAsk>,
    /// People who ask me, oldest first.
    pub contact_requests: Vec<ContactRequest>,
    /// How I can be found. None for a guest.
    pub contact: Option<MyContact>,
    /// There are more that were answered, older than these.
    pub answered_before: bool,
    /// Pseudonyms minted ahead (UUIDs), so that a knock does not wait for one.
    pub ready_pseudonyms: Vec<String>,
    /// My pseudonyms: where I am known as whom.
    pub pseudonyms: Vec<PseudonymUse>,
    /// Where I said who I am, newest first; stays after I left the room.
    pub disclosures: Vec<MyDisclosure>,
}

/// Something I said about who I am.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyDisclosure {
    /// Any unique text.
    pub id: String,
    /// Room URI; of a knock the room that was knocked at.
    pub room: String,
    /// Its name.
    pub room_name: String,
    /// Hub domain.
    pub hub: String,
    /// The user URI I had there.
    pub pseudonym: String,
    /// My account's URI, as disclosed.
    pub user: String,
    /// To whom.
    pub to: DiscloseTo,
    /// What was shown besides the URI.
    pub claims: Claims,
    /// People who could read it when it was sent last.
    pub readers: u32,
    /// In a knock, to the moderators who read it.
    pub in_knock: bool,
    /// Accepted by the hub; own clock while pending.
    pub at: u64,
    /// Whether it was sent.
    pub delivery: Delivery,
}

/// Me at my provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// None: a guest.
    pub handle: Option<String>,
    /// If one was given.
    pub display_name: Option<String>,
    /// Provider domain.
    pub provider: String,
}

/// A pseudonym and its one room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PseudonymUse {
    /// User URI.
    pub user: String,
    /// Where it is used.
    pub room_name: String,
    /// Room URI.
    pub room: String,
    /// Since.
    pub since: u64,
}

/// A line of the rooms list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomSummary {
    /// Room URI.
    pub room: String,
    /// Name.
    pub name: String,
    /// Messages not seen yet.
    pub unread: u32,
    /// Who said the last thing (user URI) and its beginning (≤ 120 characters).
    pub last: Option<(String, String)>,
    /// Time of the last thing, or when I came in.
    pub at: u64,
    /// Knocks waiting that I may answer.
    pub requests: u32,
    /// I am out (left, removed or banned).
    pub ended: Option<RoomEnd>,
    /// A room for two: who the other proved to be, or was asked as (account URI). Such a room has no name of its own.
    pub with: Option<String>,
}

/// Why a room is over for me.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RoomEnd {
    /// I left.
    Left,
    /// Somebody removed me.
    Removed,
    /// Somebody banned me.
    Banned,
    /// The group is beyond repair for this browser (fork, lost state).
    Broken,
    /// The room itself is over: somebody ended it, or its time was up.
    Closed,
}

/// A knock of mine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyKnock {
    /// [`KnockDraft::id`].
    pub id: String,
    /// Room knocked at.
    pub room: String,
    /// Its name.
    pub room_name: String,
    /// My note.
    pub note: String,
    /// User URI I will have there.
    pub pseudonym: String,
    /// When I clicked.
    pub at: u64,
    /// Where it is.
    pub state: MyKnockState,
}

/// The life of a knock, seen from the knocker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MyKnockState {
    /// On its way: being sealed and sent. `step` of `steps`, for a progress bar.
    Sending {
        /// From 1.
        step: u8,
        /// Total.
        steps: u8,
        /// Last attempt failed for want of a network, it goes on by itself.
        waiting_for_network: bool,
    },
    /// Sealed and sent.
    Waiting {
        /// Accepted by the hub at.
        since: u64,
        /// Can be answered until.
        expires: u64,
    },
    /// Let in; the room is in the list.
    Accepted,
    /// Not this time.
    Declined {
        /// Their words, may be empty.
        reason: String,
    },
    /// This pseudonym is kept out.
    Banned {
        /// Their words, may be empty.
        reason: String,
    },
    /// The room was closed.
    RoomClosed,
    /// Nobody answered in time.
    Expired,
    /// Taken back.
    Withdrawn,
    /// Could not be delivered.
    Refused(Problem),
}

/// A knock of somebody at one of my rooms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnockRequest {
    /// Request id, 32 hex digits.
    pub id: String,
    /// Room the knocker wants to get into.
    pub room: String,
    /// Its name.
    pub room_name: String,
    /// User URI the knocker will have in the room.
    pub pseudonym: String,
    /// The knocker's note.
    pub note: String,
    /// Accepted by the hub at.
    pub at: u64,
    /// Can be answered until.
    pub expires: u64,
    /// Domain of the knocker's provider.
    pub provider: String,
    /// The dead link the knocker came by.
    pub link: Option<KnockLink>,
    /// Who the knocker proved to be, if they wanted to; [`DisclosedTo::Admins`].
    pub disclosed: Option<Disclosed>,
    /// Something to beware of: [`Refusal::IdentityUnproven`] (they claim to be somebody and it does not hold; the
    /// claimed name is shown to nobody), [`Refusal::DisclosureForbidden`] (the room wants to hear no names).
    pub warning: Option<Refusal>,
    /// Where my answer is.
    pub state: RequestState,
}

/// Where the answer to a knock is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestState {
    /// Nobody answered yet.
    Open,
    /// I answered, it is on its way.
    Answering(Answer),
    /// Answered by the user given (may be me).
    Answered {
        /// User URI in the room.
        by: String,
        /// True: let in.
        accepted: bool,
    },
    /// The knocker took it back.
    Withdrawn,
    /// Nobody answered in time.
    Expired,
    /// My answer was refused; can be tried again.
    Failed(Problem),
}

/// One room, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    /// Room URI.
    pub room: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Hub domain.
    pub hub: String,
    /// My user URI in this room.
    pub me: String,
    /// People in the list, me included.
    pub people: Vec<Person>,
    /// What was said, oldest first: the last part, and what [`Command::ShowOlder`] asked for.
    pub messages: Vec<ChatMessage>,
    /// Something was said before.
    pub older: bool,
    /// What I may do.
    pub can: Abilities,
    /// Over for me.
    pub ended: Option<RoomEnd>,
    /// MLS epoch, for the fold that shows the exact terms.
    pub epoch: u64,
    /// Join links, oldest first. Empty for those who may neither make nor revoke any.
    pub links: Vec<LinkView>,
    /// What links can be here.
    pub link_rules: LinkRules,
    /// Saying who one is, in this room.
    pub disclosure: RoomDisclosure,
    /// What is to be known of other providers here.
    pub peers: Vec<PeerNote>,
    /// As [`RoomSummary::with`].
    pub with: Option<String>,
    /// I may answer knocks here, and could not come in where they are read; it is tried again.
    pub knocks_unread: bool,
}

/// Something to be known of a provider that has people in a room, or owns it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerNote {
    /// Its domain.
    pub provider: String,
    /// Since when.
    pub since: u64,
    /// [`PeerTrouble::Missed`]: until when; else 0.
    pub until: u64,
    /// What.
    pub what: PeerTrouble,
}

/// What is to be known of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeerTrouble {
    /// The hub could not bring it what was accepted from `since` to `until`, and has given up: its people do not get it. Told
    /// in rooms of the own provider, as is [`PeerTrouble::Waiting`].
    Missed,
    /// What was accepted since then did not get there yet; it is tried again until it has, or is missed.
    Waiting,
    /// It is the hub and cannot be reached: what I do here waits, and is sent by itself.
    HubAway,
    /// It vouches for people with keys that this browser had not seen before; told until [`Command::KeysRead`].
    NewKeys,
}

/// What a room says about disclosing identities, and how it stands with mine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomDisclosure {
    /// The room's rule.
    pub policy: DisclosurePolicy,
    /// Until when I have to say who I am: the rule is "required" and I have not told room or admins yet.
    pub due: Option<u64>,
    /// I can: a pseudonym here, an account at my provider, and the rule is not "forbidden".
    pub possible: bool,
    /// What I said in this room under my present name, newest first.
    pub mine: Vec<MyDisclosure>,
}

/// Somebody in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// User URI.
    pub user: String,
    /// Role name from roles_list.
    pub role: String,
    /// True: pseudonym (verified credential kind).
    pub pseudonym: bool,
    /// Domain that vouches for the credential.
    pub provider: String,
    /// Fingerprint of the leaf key(s), 8 groups of 4 hex digits.
    pub fingerprint: String,
    /// Looks after the room (canRemoveParticipant): reads what is disclosed to the admins.
    pub admin: bool,
    /// Who they have proven to be, to me among others. None for myself.
    pub disclosed: Option<Disclosed>,
    /// The room requires it, their grace is over, and they have not disclosed to me. Only said to those who may remove
    /// them.
    pub overdue: bool,
}

/// A proven identity. Everything in it was verified: the issuer vouches for the account, the account's key signed for this
/// room, group, epoch, leaf and pseudonym.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosed {
    /// Account URI.
    pub user: String,
    /// Handle, if it was disclosed.
    pub handle: Option<String>,
    /// Display name, if it was disclosed.
    pub display_name: Option<String>,
    /// Domain that vouches.
    pub issuer: String,
    /// Accepted by the hub at.
    pub at: u64,
    /// Who else can read it.
    pub to: DisclosedTo,
    /// What exactly was proven: `account`, `handle`, `display-name`, in this order.
    pub proven: Vec<String>,
}

/// Who can read what was disclosed to me.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DisclosedTo {
    /// Everybody in the room.
    Room,
    /// Several people it was sealed to, me among them: the admins.
    Admins,
    /// I alone.
    Me,
}

/// What I may do in a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abilities {
    /// canSendMessage.
    pub send: bool,
    /// canReplyToMessage.
    pub reply: bool,
    /// canReactToMessage.
    pub react: bool,
    /// May answer knocks.
    pub answer_knocks: bool,
    /// canRemoveParticipant.
    pub remove: bool,
    /// canBan.
    pub ban: bool,
    /// canRemoveSelf.
    pub leave: bool,
    /// canChangeUserRole.
    pub set_roles: bool,
    /// canCreateJoinCode.
    pub make_links: bool,
    /// canDeleteJoinCode.
    pub revoke_links: bool,
    /// canChangeRoleDefinitions: may pause all links.
    pub pause_links: bool,
    /// canDestroyRoom: may end the room for everybody.
    pub end: bool,
}

/// A message, or something that happened, in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Message id, 64 hex digits; for [`ChatBody::Happened`] any unique text.
    pub id: String,
    /// User URI.
    pub from: String,
    /// Accepted by the hub; own clock while pending.
    pub at: u64,
    /// What.
    pub body: ChatBody,
    /// Delivery of an own message.
    pub delivery: Delivery,
    /// Message this replies to: id, user URI, beginning of its text.
    pub reply_to: Option<(String, String, String)>,
    /// Was edited.
    pub edited: bool,
    /// Reaction → user URIs.
    pub reactions: Vec<(String, Vec<String>)>,
    /// A change that I wanted and that was refused, with the reason; the message is as it was before.
    pub refused: Option<(Change, Problem)>,
    /// It can be shown to the hub: [`Command::Report`].
    pub reportable: bool,
}

/// A change of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// Another text.
    Text(String),
    /// It is deleted.
    Delete,
    /// A reaction of mine; empty: none any more.
    React(String),
}

/// Content of a line in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChatBody {
    /// Text.
    Text(String),
    /// Was deleted by its author.
    Deleted,
    /// A kind of content this version cannot show; its media type.
    Unknown(String),
    /// Something that happened to the room; `from` did it.
    Happened(Happening),
    /// A way into another room. Of others: `link` can be looked at and joined by, once.
    Invite {
        /// Code, for [`Command::LookAtLink`] and [`Command::JoinByLink`].
        link: LinkText,
        /// What the link calls itself: the name of the room as its sender knows it. May be empty.
        name: String,
        /// URI of the room, as the link says.
        room: String,
    },
}

/// Something that happened to the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happening {
    /// The room was made.
    Created,
    /// User URI came in by themselves.
    Joined(String),
    /// User URI was let in by `from`.
    Added(String),
    /// User URI left.
    Left(String),
    /// User URI was removed by `from`.
    Removed(String),
    /// User URI was banned by `from`.
    Banned(String),
    /// This browser had lost track of the room (a copy of old data, lost data, a split) and came in again as the same
    /// user URI. What was said in between may be missing.
    Returned(String),
    /// A change of the room that breaks its rules was handed out by the hub and not taken; the rule. `from`: who made
    /// it, as far as that is known, else me. [`Refusal::LeaveIgnored`]: I left, the hub said that it heard so, and goes
    /// on as if I were in.
    Refused(Refusal),
    /// `from` proved to be the account URI given. Only in the chat of those who could read it; who may read it besides is
    /// in [`Person::disclosed`].
    Disclosed(String),
    /// The hub's word for a message of `from` is missing or false: somebody on the way altered it, or `from` left out what
    /// it is given for. The message is `from`'s; its time is nobody's word, and it could not be reported. Told once in a
    /// while for a room.
    Unvouched,
}

/// Where an own message is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// Kept here, being sent.
    Pending,
    /// Accepted by the hub (and every message of others).
    Sent,
    /// Refused for good.
    Failed(Problem),
}
