//! What can go wrong between a browser and its provider.

use rand_chacha::ChaCha20Rng;
use rand_core::RngCore;

/// How often something goes wrong, in percent of the requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// The request never arrives.
    pub lost_requests: u32,
    /// The request arrives and is carried out; its answer does not.
    pub lost_answers: u32,
    /// The request arrives twice; the second answer is the one that comes back.
    pub repeated: u32,
    /// Requests and inputs of all browsers are taken in any order, not the oldest first.
    pub shuffled: bool,
}

/// What happens to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Arrives,
    Lost,
    AnswerLost,
    Repeated,
}

impl core::fmt::Display for Faults {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { lost_requests, lost_answers, repeated, shuffled } = self;
        write!(f, "{lost_requests} % lost, {lost_answers} % answers lost, {repeated} % repeated")?;
        f.write_str(if *shuffled { ", in any order" } else { "" })
    }
}

impl core::fmt::Display for Fate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Arrives => "arrives",
            Self::Lost => "lost",
            Self::AnswerLost => "arrives, its answer is lost",
            Self::Repeated => "arrives twice",
        })
    }
}

impl Faults {
    /// Everything at once, often.
    pub fn rough() -> Self {
        Self { lost_requests: 10, lost_answers: 10, repeated: 10, shuffled: true }
    }

    pub(crate) fn fate(self, rng: &mut ChaCha20Rng) -> Fate {
        let draw = rng.next_u32() % 100;
        if draw < self.lost_requests {
            Fate::Lost
        } else if draw < self.lost_requests + self.lost_answers {
            Fate::AnswerLost
        } else if draw < self.lost_requests + self.lost_answers + self.repeated {
            Fate::Repeated
        } else {
            Fate::Arrives
        }
    }
}
