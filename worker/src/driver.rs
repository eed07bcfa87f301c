//! The loop: input → step → commit → effects.

use doorstep_engine::{Config, Effect, Engine, Input, LoadError, UnixMillis};
use doorstep_page_api::view::{Command, Envelope, Event, Problem, Refusal};
use gloo_events::EventListener;
use wasm_bindgen_futures::spawn_local;

use crate::channel::{Channel, Commands, tell_own_page};
use crate::database::NotWritten;
use crate::inbox::Inbox;
use crate::parcel::Parcel;
use crate::request;
use crate::scope::{now, scope, seed};
use crate::store::{Rows, Store};
use crate::stream::Stream;
use crate::timer::Timer;

/// Runs the engine until the worker ends. What stops it is told to every page that asks afterwards; only that another
/// engine has taken its place is told to its own page alone, since that one answers the others.
pub(crate) async fn run() {
    let inbox = Inbox::default();
    let (Some(pages), Some(_commands)) = (Channel::to_pages(), Commands::listen(inbox.clone())) else { return };
    let _online = scope().map(|scope| {
        let inbox = inbox.clone();
        EventListener::new(&scope, "online", move |_| inbox.put(Input::Command(unasked(Command::Retry))))
    });
    let Err(stopped) = drive(&inbox, &pages).await;
    let trouble = Event::Trouble(match stopped {
        Stopped::AnotherEngine => {
            tell_own_page(&Event::Trouble(Problem::new(Refusal::AnotherEngine)));
            if let Some(scope) = scope() {
                scope.close();
            }
            return;
        }
        Stopped::Because(problem) => problem,
    });
    loop {
        pages.tell(&trouble);
        while !matches!(inbox.next().await, Input::Command(_)) {}
    }
}

/// A command of the driver itself, which nobody waits for.
fn unasked(command: Command) -> Envelope {
    Envelope { id: String::new(), command }
}

/// What stopped the engine.
enum Stopped {
    /// Another one was started on the same rows.
    AnotherEngine,
    /// Anything else.
    Because(Problem),
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Because(Problem::new(refusal))
    }
}

impl From<NotWritten> for Stopped {
    fn from(not_written: NotWritten) -> Self {
        match not_written {
            NotWritten::AnotherEngine => Self::AnotherEngine,
            NotWritten::Failed(detail) => Self::Because(Problem { code: Refusal::StorageFailed, detail }),
        }
    }
}

async fn drive(inbox: &Inbox, pages: &Channel) -> Result<std::convert::Infallible, Stopped> {
    let store = Store::open().await?;
    let mut rows = store.load().await.map_err(|_| Refusal::StorageFailed)?;
    // The worker's name: the provider's domain and, for a browser somebody moves into, `#` and the parcel.
    let name = scope().map(|scope| scope.name()).unwrap_or_default();
    let (domain, parcel) =
        name.split_once('#').map_or((name.as_str(), None), |(domain, parcel)| (domain, Some(parcel)));
    let domain = domain.parse().map_err(|_| Refusal::EngineStopped)?;
    let mut trouble = None;
    if let Some(parcel) = parcel {
        match move_in(&store, parcel, &rows).await {
            Ok(moved) => rows = moved,
            Err(Stopped::Because(problem)) => trouble = Some(problem),
            Err(stopped) => return Err(stopped),
        }
    }
    let mut engine = Engine::load(rows, Config { domain }).map_err(|error| match error {
        LoadError::OtherProvider => Refusal::OtherProvider,
        LoadError::NewerVersion => Refusal::NewerVersion,
    })?;
    let mut outside = Outside { inbox, pages, timer: Timer::new(inbox.clone()), stream: None };
    let mut input = Input::Start;
    loop {
        let greeted = matches!(&input, Input::Start | Input::Command(Envelope { command: Command::Hello { .. }, .. }));
        let seed = seed().ok_or(Refusal::NotSecure)?;
        let step = engine.step(input, UnixMillis(now()), seed);
        store.write(&step.writes).await?;
        for effect in step.effects {
            outside.perform(effect);
        }
        store.fold().await?;
        if let Some(problem) = trouble.take_if(|_| greeted) {
            pages.tell(&Event::Trouble(problem));
        }
        if greeted && matches!(store, Store::Nowhere) {
            pages.tell(&Event::Trouble(Problem::new(Refusal::NothingKept)));
        }
        input = inbox.next().await;
    }
}

/// Takes the rows of a parcel in, in one transaction. A browser that has a life of its own keeps it.
async fn move_in(store: &Store, parcel: &str, rows: &Rows) -> Result<Rows, Stopped> {
    if !rows.is_empty() {
        return Err(Refusal::AlreadyHere.into());
    }
    let parcel = Parcel::parse(parcel).ok_or(Refusal::MoveInFailed)?;
    let writes = parcel.open().await.map_err(|_| Refusal::MoveInFailed)?;
    store.write(&writes).await?;
    Ok(writes.into_iter().filter_map(|write| Some((write.key, write.value?))).collect())
}

/// What effects are performed on.
struct Outside<'a> {
    inbox: &'a Inbox,
    pages: &'a Channel,
    timer: Timer,
    stream: Option<Stream>,
}

impl Outside<'_> {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Http { id, method, path, body, bearer } => {
                let inbox = self.inbox.clone();
                spawn_local(async move {
                    inbox.put(request::send(id, method, &path, &body, bearer.as_ref()).await);
                });
            }
            Effect::OpenStream { bearer } => {
                self.stream = None;
                self.stream = Stream::open(bearer, self.inbox.clone());
            }
            Effect::Emit(event) => self.pages.tell(&event),
            Effect::SetTimer { at } => self.timer.set(at.0),
        }
    }
}
