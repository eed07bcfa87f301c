//! The loop: input → step → commit → effects.

use doorstep_client_api::view::{Command, Envelope, Event, Problem};
use doorstep_engine::{Config, Effect, Engine, Input, UnixMillis};
use wasm_bindgen_futures::spawn_local;

use crate::channel::{Channel, Commands};
use crate::inbox::Inbox;
use crate::listener::Listener;
use crate::parcel::Parcel;
use crate::request;
use crate::scope::{now, scope, seed};
use crate::store::{Rows, Store};
use crate::stream::Stream;
use crate::timer::Timer;

/// Runs the engine until the worker ends. What stops it is told to every page that asks afterwards.
pub(crate) async fn run() {
    let inbox = Inbox::default();
    let (Some(pages), Some(_commands)) = (Channel::to_pages(), Commands::listen(inbox.clone())) else { return };
    let _online = scope().map(|scope| {
        let inbox = inbox.clone();
        Listener::new(&scope, "online", move |_| inbox.put(Input::Command(unasked(Command::Retry))))
    });
    let Err(code) = drive(&inbox, &pages).await;
    loop {
        pages.tell(&Event::Trouble(Problem::new(code)));
        while !matches!(inbox.next().await, Input::Command(_)) {}
    }
}

/// A command of the driver itself, which nobody waits for.
fn unasked(command: Command) -> Envelope {
    Envelope { id: String::new(), command }
}

/// The word for what stopped the engine.
type Stopped = &'static str;

async fn drive(inbox: &Inbox, pages: &Channel) -> Result<std::convert::Infallible, Stopped> {
    let store = Store::open().await;
    let mut rows = store.load().await.map_err(|_| "storage-failed")?;
    // The worker's name: the provider's domain and, for a browser somebody moves into, `#` and the parcel.
    let name = scope().map(|scope| scope.name()).unwrap_or_default();
    let (domain, parcel) =
        name.split_once('#').map_or((name.as_str(), None), |(domain, parcel)| (domain, Some(parcel)));
    let domain = domain.parse().map_err(|_| "engine-stopped")?;
    let mut trouble = None;
    if let Some(parcel) = parcel {
        match move_in(&store, parcel, &rows).await {
            Ok(moved) => rows = moved,
            Err(code) => trouble = Some(code),
        }
    }
    let mut engine = Engine::load(rows, Config { domain }).map_err(|_| "other-provider")?;
    let mut outside = Outside { inbox, pages, timer: Timer::new(inbox.clone()), stream: None };
    let mut input = Input::Start;
    loop {
        let greeted = matches!(&input, Input::Start | Input::Command(Envelope { command: Command::Hello { .. }, .. }));
        let seed = seed().ok_or("not-secure")?;
        let step = engine.step(input, UnixMillis(now()), seed);
        store.write(&step.writes).await.map_err(|_| "storage-failed")?;
        for effect in step.effects {
            outside.perform(effect);
        }
        if let Some(code) = trouble.take_if(|_| greeted) {
            pages.tell(&Event::Trouble(Problem::new(code)));
        }
        if greeted && matches!(store, Store::Nowhere) {
            pages.tell(&Event::Trouble(Problem::new("nothing-kept")));
        }
        input = inbox.next().await;
    }
}

/// Takes the rows of a parcel in, in one transaction. A browser that has a life of its own keeps it.
async fn move_in(store: &Store, parcel: &str, rows: &Rows) -> Result<Rows, Stopped> {
    if !rows.is_empty() {
        return Err("already-here");
    }
    let parcel = Parcel::parse(parcel).ok_or("move-in-failed")?;
    let writes = parcel.open().await.map_err(|_| "move-in-failed")?;
    store.write(&writes).await.map_err(|_| "storage-failed")?;
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
