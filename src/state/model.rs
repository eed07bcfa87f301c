//! The model, and how it changes.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use doorstep_page_api::view::{
    Command, ContactRequest, ContactRequestState, Envelope, Event, HomeView, KnockDraft, KnockRequest, LinkPreview,
    MyKnock, Notice, Outcome, Problem, RequestState, RoomSummary, RoomView,
};
use yew::Reducible;

/// Everything the page knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Model {
    /// What is not a single room. None: not heard yet.
    pub(crate) home: Option<Rc<HomeView>>,
    /// Rooms by URI.
    pub(crate) rooms: BTreeMap<String, Rc<RoomView>>,
    /// Something was asked of the engine since the page was loaded.
    pub(crate) acted: bool,
    /// Commands that were not answered yet, by id.
    pub(crate) asked: BTreeMap<String, Rc<Command>>,
    /// Answers by command id.
    pub(crate) answers: BTreeMap<String, Result<Outcome, Problem>>,
    /// Where links lead, by the id of the command that looked.
    pub(crate) links: BTreeMap<String, Rc<LinkPreview>>,
    /// Something is wrong with the engine as a whole.
    pub(crate) trouble: Option<Problem>,
    /// The latest thing somebody may want to know.
    pub(crate) notice: Option<Notice>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// The engine said something.
    Event(Event),
    /// A command was sent.
    Sent(Envelope),
    /// The notice was read.
    NoticeRead,
    /// The trouble was read.
    TroubleRead,
}

impl Model {
    /// My latest knock at a room that is worth showing on its door.
    pub(crate) fn knock_at(&self, room: &str) -> Option<&MyKnock> {
        self.home.as_ref()?.knocks.iter().find(|knock| knock.room == room)
    }

    /// A knock at a room that was just sent and that the engine has not taken up yet.
    pub(crate) fn draft_at(&self, room: &str) -> Option<&KnockDraft> {
        self.asked.values().find_map(|command| match &**command {
            Command::Knock(draft) if draft.room == room && !self.took_up(draft) => Some(draft),
            _ => None,
        })
    }

    fn took_up(&self, draft: &KnockDraft) -> bool {
        self.home.as_ref().is_some_and(|home| home.knocks.iter().any(|knock| knock.id == draft.id))
    }

    /// My line about a room I am in.
    pub(crate) fn summary(&self, room: &str) -> Option<&RoomSummary> {
        self.home.as_ref()?.rooms.iter().find(|summary| summary.room == room)
    }

    /// Knocks that I may answer and nobody has.
    pub(crate) fn open_requests(&self) -> impl Iterator<Item = &KnockRequest> {
        let requests = self.home.iter().flat_map(|home| home.requests.iter());
        requests.filter(|request| matches!(request.state, RequestState::Open | RequestState::Failed(_)))
    }

    /// People who ask whether I want to talk, and whom I have not answered.
    pub(crate) fn open_contacts(&self) -> impl Iterator<Item = &ContactRequest> {
        let requests = self.home.iter().flat_map(|home| home.contact_requests.iter());
        requests.filter(|request| matches!(request.state, ContactRequestState::Open | ContactRequestState::Failed(_)))
    }

    /// Everybody who waits for an answer of mine.
    pub(crate) fn waiting(&self) -> usize {
        self.open_requests().count() + self.open_contacts().count()
    }

    /// Messages I have not seen, in all rooms.
    pub(crate) fn unread(&self) -> u32 {
        self.home.iter().flat_map(|home| home.rooms.iter()).map(|room| room.unread).sum()
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Ready => self.trouble = None,
            Event::Home(view) => self.home = Some(Rc::from(view)),
            Event::Room(view) => {
                self.rooms.insert(view.room.clone(), Rc::new(*view));
            }
            Event::Done { id, result } => {
                self.asked.remove(&id);
                self.answers.insert(id, result);
            }
            Event::Link(preview) => {
                self.links.insert(preview.command.clone(), Rc::new(*preview));
            }
            Event::Notice(notice) => self.notice = Some(notice),
            Event::Trouble(problem) => self.trouble = Some(problem),
        }
    }
}

/// A model as it was when it was drawn. yew's own handles show the latest state, also those that were kept, so that two of
/// them never differ; of these, the one of before and the one of now do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn(Rc<Model>);

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Drawn {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.0
    }
}

impl Reducible for Drawn {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Self(Rc::new(self.after(action))))
    }
}

impl Model {
    /// What the page knows after something happened.
    pub(crate) fn after(&self, action: Action) -> Self {
        let mut next = self.clone();
        match action {
            Action::Event(event) => next.event(event),
            Action::Sent(Envelope { id, command }) => {
                next.acted = true;
                next.asked.insert(id, Rc::new(command));
            }
            Action::NoticeRead => next.notice = None,
            Action::TroubleRead => next.trouble = None,
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use doorstep_page_api::view::{Disclosed, DisclosedTo, MyKnockState, Refusal};

    use super::*;

    fn after(actions: impl IntoIterator<Item = Action>) -> Model {
        actions.into_iter().fold(Model::default(), |model, action| model.after(action))
    }

    fn draft() -> KnockDraft {
        KnockDraft {
            id: "k1".into(),
            room: "mimi://a.example/r/club".into(),
            room_name: "Club".into(),
            knock_room: "mimi://a.example/r/k".into(),
            note: "hello".into(),
            pseudonym: "u".into(),
            link: None,
            disclose: None,
        }
    }

    fn sent() -> Action {
        Action::Sent(Envelope { id: "c1".into(), command: Command::Knock(draft()) })
    }

    fn taken_up(state: MyKnockState) -> Action {
        let draft = draft();
        let knock = MyKnock {
            id: draft.id,
            room: draft.room,
            room_name: draft.room_name,
            note: draft.note,
            pseudonym: draft.pseudonym,
            at: 1,
            state,
        };
        Action::Event(Event::Home(Box::new(HomeView { knocks: vec![knock], ..HomeView::default() })))
    }

    #[test]
    fn a_model_that_was_drawn_stays_and_differs_from_the_next() {
        let before = Rc::new(Drawn::default());
        let after = before.clone().reduce(Action::Event(Event::Trouble(Problem::new(Refusal::Internal))));
        assert!(before.trouble.is_none() && after.trouble.is_some());
        assert!(*before != *after && *before == Drawn::clone(&before));
    }

    #[test]
    fn a_knock_shows_from_the_click_on() {
        let model = after([sent()]);
        assert_eq!(model.draft_at("mimi://a.example/r/club"), Some(&draft()));
        assert_eq!(model.draft_at("mimi://a.example/r/other"), None);
    }

    #[test]
    fn a_knock_the_engine_shows_is_not_shown_twice() {
        let model = after([sent(), taken_up(MyKnockState::Waiting { since: 1, expires: 2 })]);
        assert_eq!(model.draft_at("mimi://a.example/r/club"), None);
        assert!(model.knock_at("mimi://a.example/r/club").is_some());
    }

    #[test]
    fn a_refused_knock_leaves_its_answer() {
        let problem = Problem::new(Refusal::NoGuests);
        let done = Event::Done { id: "c1".into(), result: Err(problem.clone()) };
        let model = after([sent(), Action::Event(done)]);
        assert_eq!(model.draft_at("mimi://a.example/r/club"), None);
        assert_eq!(model.answers.get("c1"), Some(&Err(problem)));
    }

    #[test]
    fn whoever_waits_for_an_answer_of_mine_is_counted() {
        let asks = |state| ContactRequest {
            id: "1".into(),
            who: Disclosed {
                user: "mimi://b.example/u/bob".into(),
                handle: None,
                display_name: None,
                issuer: "b.example".into(),
                at: 1,
                to: DisclosedTo::Me,
                proven: Vec::new(),
            },
            greeting: String::new(),
            at: 1,
            known_from: None,
            state,
        };
        let failed = ContactRequestState::Failed(Problem::new(Refusal::Internal));
        let answered = ContactRequestState::Answering { waiting: true, until: None };
        let states = [ContactRequestState::Open, failed, answered, ContactRequestState::NotNow];
        let home = HomeView { contact_requests: states.map(asks).to_vec(), ..HomeView::default() };
        assert_eq!(after([Action::Event(Event::Home(Box::new(home)))]).waiting(), 2);
    }

    #[test]
    fn an_engine_that_runs_again_ends_the_trouble() {
        let trouble = Action::Event(Event::Trouble(Problem::new(Refusal::EngineStopped)));
        assert!(after([trouble.clone()]).trouble.is_some());
        assert!(after([trouble, Action::Event(Event::Ready)]).trouble.is_none());
    }
}
