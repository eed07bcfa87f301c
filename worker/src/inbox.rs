//! Inputs waiting for the engine, in the order they came.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use doorstep_engine::Input;

/// A queue with one reader.
#[derive(Clone, Default)]
pub(crate) struct Inbox(Rc<RefCell<Waiting>>);

#[derive(Default)]
struct Waiting {
    inputs: VecDeque<Input>,
    reader: Option<Waker>,
}

impl Inbox {
    /// Adds an input.
    pub(crate) fn put(&self, input: Input) {
        let reader = {
            let mut waiting = self.0.borrow_mut();
            waiting.inputs.push_back(input);
            waiting.reader.take()
        };
        if let Some(reader) = reader {
            reader.wake();
        }
    }

    /// The next input.
    pub(crate) async fn next(&self) -> Input {
        poll_fn(|context| {
            let mut waiting = self.0.borrow_mut();
            match waiting.inputs.pop_front() {
                Some(input) => Poll::Ready(input),
                None => {
                    waiting.reader = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::Context;

    use super::*;

    #[test]
    fn inputs_come_out_in_order() {
        let inbox = Inbox::default();
        inbox.put(Input::Start);
        inbox.put(Input::Wake);
        let mut context = Context::from_waker(Waker::noop());
        for expected in ["Start", "Wake"] {
            let Poll::Ready(input) = pin!(inbox.next()).as_mut().poll(&mut context) else { panic!("nothing there") };
            assert_eq!(format!("{input:?}"), expected);
        }
        assert!(pin!(inbox.next()).as_mut().poll(&mut context).is_pending());
    }
}
