//! The one component of the app. A page is a function that returns markup; a part of it that has something of its own to
//! remember (a text being written, a fold that is open) is drawn as a piece, which keeps that by name and draws itself
//! anew when it changes. One component instead of one per page: what yew generates for a component is generated once.

use std::any::Any;
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::VComp;

type Draw = Rc<dyn Fn(&Here) -> Html>;

/// Markup that remembers. `key` is unique among all pieces that may stand in the same place: another key is another
/// piece, which remembers nothing of the former.
pub(crate) fn piece(key: &str, draw: impl Fn(&Here) -> Html + 'static) -> Html {
    drawn_by(key, Rc::new(draw))
}

fn drawn_by(key: &str, draw: Draw) -> Html {
    Html::from(VComp::new::<Piece>(Rc::new(PieceProps { draw }), Some(key.into())))
}

/// The component behind [`piece`].
pub(crate) struct Piece(Here);

/// Properties of [`Piece`].
#[derive(Clone, Properties)]
pub(crate) struct PieceProps {
    /// Draws it.
    pub(crate) draw: Draw,
}

impl PartialEq for PieceProps {
    /// What a closure has captured cannot be compared; drawing is cheap.
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

impl Component for Piece {
    type Message = ();
    type Properties = PieceProps;

    fn create(context: &Context<Self>) -> Self {
        let redraw = context.link().callback(|()| ());
        Self(Here(Rc::new(Kept { values: RefCell::default(), after: RefCell::default(), redraw })))
    }

    fn view(&self, context: &Context<Self>) -> Html {
        (context.props().draw)(&self.0)
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        for run in self.0.0.after.take() {
            run();
        }
    }
}

/// A piece, seen from what draws it.
#[derive(Clone)]
pub(crate) struct Here(Rc<Kept>);

struct Kept {
    values: RefCell<Vec<(&'static str, Rc<dyn Any>)>>,
    after: RefCell<Vec<Box<dyn FnOnce()>>>,
    redraw: Callback<()>,
}

impl Here {
    /// What is remembered under a name; `first` is asked once.
    pub(crate) fn state<T: 'static>(&self, name: &'static str, first: impl FnOnce() -> T) -> State<T> {
        let value = self.get(name).unwrap_or_else(|| {
            let value = Rc::new(first());
            self.keep(name, value.clone());
            value
        });
        State { here: self.clone(), name, value }
    }

    /// Runs something after the drawing, the first time and whenever `what` has changed since the last.
    pub(crate) fn when_changed<T: PartialEq + 'static>(
        &self,
        name: &'static str,
        what: T,
        run: impl FnOnce() + 'static,
    ) {
        if self.get::<T>(name).is_none_or(|before| *before != what) {
            self.keep(name, Rc::new(what));
            self.after(Box::new(run));
        }
    }

    fn after(&self, run: Box<dyn FnOnce()>) {
        self.0.after.borrow_mut().push(run);
    }

    fn get<T: 'static>(&self, name: &'static str) -> Option<Rc<T>> {
        self.any(name)?.downcast().ok()
    }

    fn any(&self, name: &'static str) -> Option<Rc<dyn Any>> {
        self.0.values.borrow().iter().find(|(other, _)| *other == name).map(|(_, value)| value.clone())
    }

    fn keep(&self, name: &'static str, value: Rc<dyn Any>) {
        let mut values = self.0.values.borrow_mut();
        let former = match values.iter_mut().find(|(other, _)| *other == name) {
            Some((_, place)) => Some(std::mem::replace(place, value)),
            None => {
                values.push((name, value));
                None
            }
        };
        // The former value may ask for this list when it is dropped.
        drop(values);
        drop(former);
    }

    /// Remembers this value when something is clicked.
    fn changes(&self, name: &'static str, value: Rc<dyn Any>) -> Callback<Event> {
        let here = self.clone();
        Callback::from(move |_: Event| here.change(name, value.clone()))
    }

    fn change(&self, name: &'static str, value: Rc<dyn Any>) {
        self.keep(name, value);
        self.0.redraw.emit(());
    }
}

/// Something remembered, as it was when it was drawn.
pub(crate) struct State<T> {
    here: Here,
    name: &'static str,
    value: Rc<T>,
}

impl<T: 'static> State<T> {
    /// Remembers something else from now on.
    pub(crate) fn set(&self, value: T) {
        self.here.change(self.name, Rc::new(value));
    }

    /// For a button that makes it remember this value.
    pub(crate) fn sets(&self, value: T) -> Callback<Event> {
        self.here.changes(self.name, Rc::new(value))
    }

    /// Changes what is remembered now, which may be newer than what was drawn.
    pub(crate) fn update(&self, change: impl FnOnce(&T) -> T) {
        let now = self.here.get(self.name).unwrap_or_else(|| self.value.clone());
        self.set(change(&now));
    }
}

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self { here: self.here.clone(), name: self.name, value: self.value.clone() }
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
