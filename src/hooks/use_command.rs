//! A command that is sent from a place, and what became of it.

use doorstep_page_api::view::{Command, Outcome, Problem};
use yew::prelude::*;

use super::{Engine, use_engine, use_look};
use crate::text::Sentences;

/// A place that sends commands one at a time, and what became of the last one.
#[derive(Clone, PartialEq)]
pub(crate) struct CommandHandle {
    engine: Engine,
    sent: Option<String>,
    setter: UseStateSetter<Option<String>>,
    sentence: Option<String>,
    /// Not answered yet.
    pub(crate) busy: bool,
    /// Refused.
    pub(crate) problem: Option<Problem>,
    /// Done.
    pub(crate) outcome: Option<Outcome>,
}

impl CommandHandle {
    /// Id of the command, once there is one.
    pub(crate) fn id(&self) -> Option<&String> {
        self.sent.as_ref()
    }

    /// Sends a command.
    pub(crate) fn send(&self, command: Command) {
        self.setter.set(Some(self.engine.send(command)));
    }

    /// For a button that sends a command.
    pub(crate) fn sends(&self, command: Command) -> Callback<MouseEvent> {
        let asked = self.clone();
        Callback::from(move |_: MouseEvent| asked.send(command.clone()))
    }

    /// Why the command was refused, in a sentence.
    pub(crate) fn sentence(&self) -> Option<&String> {
        self.sentence.as_ref()
    }
}

/// For a place that sends commands one at a time.
#[hook]
pub(crate) fn use_command() -> CommandHandle {
    let (engine, look) = (use_engine(), use_look());
    let sent = use_state(|| None::<String>);
    let answer = sent.as_ref().and_then(|id| engine.answers.get(id)).cloned();
    let busy = sent.is_some() && answer.is_none();
    let (outcome, problem) = match answer {
        Some(Ok(outcome)) => (Some(outcome), None),
        Some(Err(problem)) => (None, Some(problem)),
        None => (None, None),
    };
    let sentence = problem.as_ref().map(|problem| look.texts().problem(problem));
    CommandHandle { engine, sent: (*sent).clone(), setter: sent.setter(), sentence, busy, problem, outcome }
}
