//! Markup as the pages write it. [`html!`](crate::html) reads like yew's macro of that name and makes the same [`Html`],
//! but the code behind an element is a few calls instead of a struct filled in on the spot, and what is always the same
//! about it is one text (`a`, `class=button`, each on its line): over all pages that is a quarter of a download. It knows elements, `{ child }`, `{ for children }`, `if`/`else`, `key` and
//! events; what else a page needs is a function that returns [`Html`].

use std::rc::Rc;

use yew::prelude::*;
use yew::virtual_dom::{Listener, ListenerKind, VList, VTag, VText};

/// Markup under construction: elements and lists that are open, innermost last.
#[derive(Default)]
pub struct Markup {
    open: Vec<Option<VTag>>,
    children: Vec<Vec<Html>>,
    done: Vec<Html>,
}

impl Markup {
    /// Opens an element: its tag, and on further lines attributes that are always the same.
    #[inline(never)]
    pub fn open(&mut self, fixed: &'static str) {
        let mut lines = fixed.split('\n');
        self.push(Some(VTag::new(lines.next().unwrap_or_default())));
        lines.for_each(|line| self.fixed(line));
    }

    /// Sets an attribute that is always the same: name, `=`, value.
    #[inline(never)]
    pub fn fixed(&mut self, attribute: &'static str) {
        if let Some((name, value)) = attribute.split_once('=') {
            self.attribute(name, AttrValue::Static(value));
        }
    }

    /// Opens a list: one child to the diff, whatever stands in it. It keeps the places of what follows an `if`.
    pub fn list(&mut self) {
        self.push(None);
    }

    #[inline(never)]
    fn push(&mut self, tag: Option<VTag>) {
        self.open.push(tag);
        self.children.push(Vec::new());
    }

    /// Closes the innermost element or list. `tag` is only looked at in builds that check themselves.
    #[inline(always)]
    pub fn close(&mut self, tag: &'static str) {
        debug_assert_eq!(self.open.last().and_then(Option::as_ref).map_or("", VTag::tag), tag);
        self.end();
    }

    #[inline(never)]
    fn end(&mut self) {
        let children = self.children.pop().unwrap_or_default();
        let html = match self.open.pop().flatten() {
            Some(mut tag) => {
                if !children.is_empty() {
                    tag.add_children(children);
                }
                Html::from(tag)
            }
            None => Html::from(VList::with_children(children, None)),
        };
        self.add(html);
    }

    /// Adds a child.
    #[inline(never)]
    pub fn add(&mut self, child: Html) {
        self.children.last_mut().unwrap_or(&mut self.done).push(child);
    }

    /// Adds a text.
    #[inline(never)]
    pub fn text(&mut self, text: &str) {
        self.add(Html::from(VText::new(text.to_owned())));
    }

    /// Adds children as one list.
    pub fn each(&mut self, children: impl IntoIterator<Item = Html>) {
        self.add(all(children));
    }

    /// Sets an attribute of the innermost element.
    #[inline(never)]
    pub fn attribute(&mut self, name: &'static str, value: AttrValue) {
        let Some(Some(tag)) = self.open.last_mut() else { return };
        match (name, tag.tag()) {
            ("key", _) => tag.key = Some(value.as_str().into()),
            ("value", "input" | "textarea") => tag.set_value(Some(value)),
            _ => tag.add_attribute(name, value),
        }
    }

    /// Sets an attribute that is there or not.
    #[inline(never)]
    fn flag(&mut self, name: &'static str, on: bool) {
        let Some(Some(tag)) = self.open.last_mut() else { return };
        if name == "checked" {
            tag.set_checked(on);
        } else if on {
            tag.add_attribute(name, name);
        }
    }

    #[inline(never)]
    fn listen(&mut self, name: &'static str, call: Callback<Event>) {
        let kind = match name {
            "onclick" => ListenerKind::onclick,
            "oninput" => ListenerKind::oninput,
            "onchange" => ListenerKind::onchange,
            "onkeydown" => ListenerKind::onkeydown,
            _ => ListenerKind::onsubmit,
        };
        if let Some(Some(tag)) = self.open.last_mut() {
            tag.add_listener(Rc::new(On { kind, call }));
        }
    }

    /// The finished markup.
    #[inline(never)]
    pub fn done(mut self) -> Html {
        debug_assert!(self.open.is_empty());
        match (self.done.pop(), self.done.is_empty()) {
            (Some(one), true) => one,
            (last, _) => {
                self.done.extend(last);
                Html::from(VList::with_children(self.done, None))
            }
        }
    }
}

/// Children as one list.
pub fn all(children: impl IntoIterator<Item = Html>) -> Html {
    Html::from(VList::with_children(children.into_iter().collect(), None))
}

/// What happens on an event: the one kind of listener the pages have.
struct On {
    kind: ListenerKind,
    call: Callback<Event>,
}

impl Listener for On {
    fn kind(&self) -> ListenerKind {
        self.kind.clone()
    }

    fn handle(&self, event: Event) {
        self.call.emit(event);
    }

    fn passive(&self) -> bool {
        false
    }
}

/// What may stand behind the `=` of an attribute.
pub trait Put {
    /// Puts it under this name into the innermost element.
    fn put(self, markup: &mut Markup, name: &'static str);
}

impl Put for &'static str {
    #[inline(never)]
    fn put(self, markup: &mut Markup, name: &'static str) {
        markup.attribute(name, AttrValue::Static(self));
    }
}

impl Put for String {
    #[inline(never)]
    fn put(self, markup: &mut Markup, name: &'static str) {
        markup.attribute(name, AttrValue::from(self));
    }
}

impl Put for bool {
    fn put(self, markup: &mut Markup, name: &'static str) {
        markup.flag(name, self);
    }
}

impl Put for Callback<Event> {
    fn put(self, markup: &mut Markup, name: &'static str) {
        markup.listen(name, self);
    }
}

impl<T: Put> Put for Option<T> {
    fn put(self, markup: &mut Markup, name: &'static str) {
        if let Some(value) = self {
            value.put(markup, name);
        }
    }
}

/// A class, and another one when it applies.
pub fn classes(always: &'static str, applies: bool, other: &'static str) -> String {
    let mut out = String::from(always);
    if applies {
        out.push(' ');
        out.push_str(other);
    }
    out
}

/// What may stand between the tags of an element.
pub trait Child {
    /// Adds it to the innermost element.
    fn add(self, markup: &mut Markup);
}

impl Child for Html {
    fn add(self, markup: &mut Markup) {
        markup.add(self);
    }
}

impl Child for String {
    #[inline(never)]
    fn add(self, markup: &mut Markup) {
        markup.add(Html::from(VText::new(self)));
    }
}

impl Child for &String {
    fn add(self, markup: &mut Markup) {
        markup.text(self);
    }
}

impl Child for &str {
    fn add(self, markup: &mut Markup) {
        markup.text(self);
    }
}

impl Child for u64 {
    fn add(self, markup: &mut Markup) {
        self.to_string().add(markup);
    }
}

impl Child for usize {
    fn add(self, markup: &mut Markup) {
        (self as u64).add(markup);
    }
}

/// Markup, as in yew's macro of the same name.
#[macro_export]
macro_rules! html {
    () => { $crate::markup::Markup::default().done() };
    ($($rest:tt)+) => {{
        let mut markup = $crate::markup::Markup::default();
        $crate::markup_into!(markup $($rest)+);
        markup.done()
    }};
}

/// The rest of [`html!`]: takes one piece off the front and goes on with what is left.
#[doc(hidden)]
#[macro_export]
macro_rules! markup_into {
    ($m:ident) => {};
    ($m:ident < / > $($rest:tt)*) => { $m.close(""); $crate::markup_into!($m $($rest)*); };
    ($m:ident < / $tag:ident > $($rest:tt)*) => { $m.close(stringify!($tag)); $crate::markup_into!($m $($rest)*); };
    ($m:ident < > $($rest:tt)*) => { $m.list(); $crate::markup_into!($m $($rest)*); };
    ($m:ident < $tag:ident $($rest:tt)*) => {
        $crate::markup_into!(@open $tag [stringify!($tag)] $m $($rest)*);
    };
    ($m:ident if $($rest:tt)*) => { $crate::markup_into!(@if $m [] [] $($rest)*); };
    ($m:ident { for $children:expr } $($rest:tt)*) => { $m.each($children); $crate::markup_into!($m $($rest)*); };
    ($m:ident { $($child:tt)* } $($rest:tt)*) => {
        $crate::markup::Child::add({ $($child)* }, &mut $m);
        $crate::markup_into!($m $($rest)*);
    };

    (@open $tag:ident [$($fixed:tt)*] $m:ident $first:ident $(- $more:ident)* = true $($rest:tt)*) => {
        $m.open(concat!($($fixed)*));
        $crate::markup_into!(@in $tag $m $first $(- $more)* = true $($rest)*);
    };
    (@open $tag:ident [$($fixed:tt)*] $m:ident $first:ident $(- $more:ident)* = $value:literal $($rest:tt)*) => {
        $crate::markup_into!(
            @open $tag [$($fixed)*, "\n", stringify!($first) $(, "-", stringify!($more))*, "=", $value] $m $($rest)*
        );
    };
    (@open $tag:ident [$($fixed:tt)*] $m:ident $($rest:tt)*) => {
        $m.open(concat!($($fixed)*));
        $crate::markup_into!(@in $tag $m $($rest)*);
    };

    (@in $tag:ident $m:ident > $($rest:tt)*) => { $crate::markup_into!($m $($rest)*); };
    (@in $tag:ident $m:ident / > $($rest:tt)*) => {
        $m.close(stringify!($tag));
        $crate::markup_into!($m $($rest)*);
    };
    (@in $tag:ident $m:ident { $name:ident } $($rest:tt)*) => {
        $crate::markup::Put::put($name, &mut $m, stringify!($name));
        $crate::markup_into!(@in $tag $m $($rest)*);
    };
    (@in $tag:ident $m:ident $first:ident $(- $more:ident)* = true $($rest:tt)*) => {
        $crate::markup::Put::put(true, &mut $m, concat!(stringify!($first) $(, "-", stringify!($more))*));
        $crate::markup_into!(@in $tag $m $($rest)*);
    };
    (@in $tag:ident $m:ident $first:ident $(- $more:ident)* = $value:literal $($rest:tt)*) => {
        $m.fixed(concat!(stringify!($first) $(, "-", stringify!($more))*, "=", $value));
        $crate::markup_into!(@in $tag $m $($rest)*);
    };
    (@in $tag:ident $m:ident $first:ident $(- $more:ident)* = { $($value:tt)* } $($rest:tt)*) => {
        $crate::markup::Put::put({ $($value)* }, &mut $m, concat!(stringify!($first) $(, "-", stringify!($more))*));
        $crate::markup_into!(@in $tag $m $($rest)*);
    };

    (@if $m:ident [$($before:tt)*] [$($condition:tt)*] { $($then:tt)* } else if $($rest:tt)*) => {
        $crate::markup_into!(@if $m [$($before)* if $($condition)* { $crate::markup_into!($m $($then)*); } else] [] $($rest)*);
    };
    (@if $m:ident [$($before:tt)*] [$($condition:tt)*] { $($then:tt)* } else { $($other:tt)* } $($rest:tt)*) => {
        $m.list();
        $($before)* if $($condition)* { $crate::markup_into!($m $($then)*); } else { $crate::markup_into!($m $($other)*); }
        $m.close("");
        $crate::markup_into!($m $($rest)*);
    };
    (@if $m:ident [$($before:tt)*] [$($condition:tt)*] { $($then:tt)* } $($rest:tt)*) => {
        $m.list();
        $($before)* if $($condition)* { $crate::markup_into!($m $($then)*); }
        $m.close("");
        $crate::markup_into!($m $($rest)*);
    };
    (@if $m:ident [$($before:tt)*] [$($condition:tt)*] $next:tt $($rest:tt)*) => {
        $crate::markup_into!(@if $m [$($before)*] [$($condition)* $next] $($rest)*);
    };
}
