//! Requests that are under way, those that wait for their next try, and when that is: nobody else knows of either.

use doorstep_wire::UnixMillis;

use crate::{
    context::Context,
    few::Few,
    job::{Job, Wait, back_off},
    step::{Bearer, Effect, Method},
};

/// The jobs of this engine.
pub(crate) struct Scheduler {
    inflight: Few<u64, Job>,
    waits: Few<Job, Wait>,
    next_request: u64,
    /// How often the job whose answer this step takes in had been put off.
    tries: u32,
}

impl Scheduler {
    pub(crate) const fn new() -> Self {
        Self { inflight: Few::new(), waits: Few::new(), next_request: 0, tries: 0 }
    }

    /// A step begins.
    pub(crate) fn begin(&mut self) {
        self.tries = 0;
    }

    /// A request is under way no longer: what it was for, unless that does not matter any more.
    pub(crate) fn ended(&mut self, request: u64) -> Option<Job> {
        self.inflight.remove(&request)
    }

    /// A job has its answer; if it is put off all the same, its former tries can count on.
    pub(crate) fn answered(&mut self, job: &Job) {
        self.tries = self.waits.remove(job).map_or(0, |wait| wait.tries);
    }

    /// A job succeeded.
    pub(crate) fn succeeded(&mut self, job: &Job) {
        self.waits.remove(job);
    }

    /// When the next job that waits is due.
    pub(crate) fn next_try(&self, now: UnixMillis) -> Option<UnixMillis> {
        self.waits.values().map(|wait| wait.until).filter(|until| *until > now).min()
    }
}

impl Context {
    /// Sends a request unless the same job is under way or waits for its next try.
    pub(crate) fn request(&mut self, job: Job, method: Method, path: String, body: Vec<u8>, bearer: Option<Bearer>) {
        if !self.is_due(&job) {
            return;
        }
        let id = self.scheduler.next_request;
        self.scheduler.next_request += 1;
        self.scheduler.inflight.insert(id, job);
        self.effect(Effect::Http { id, method, path, body, bearer });
    }

    /// Neither under way nor waiting.
    pub(crate) fn is_due(&self, job: &Job) -> bool {
        let Scheduler { inflight, waits, .. } = &self.scheduler;
        !inflight.values().any(|other| other == job) && waits.get(job).is_none_or(|wait| wait.until <= self.now)
    }

    /// The answer to a request of this job no longer matters.
    pub(crate) fn forget_job(&mut self, job: &Job) {
        self.scheduler.inflight.retain(|_, other| other != job);
        self.scheduler.waits.remove(job);
    }

    /// Tries again later, with growing intervals, and not before `retry_after` seconds.
    pub(crate) fn put_off(&mut self, job: Job, retry_after: Option<u64>) {
        let tries = self.tries_of(&job).saturating_add(1);
        let base = back_off(tries).max(retry_after.unwrap_or_default().min(3600).saturating_mul(1000));
        let pause = base + self.entropy.below(base / 2 + 1);
        self.scheduler.waits.insert(job, Wait { tries, until: UnixMillis(self.now.0.saturating_add(pause)) });
    }

    /// The same for the job that was answered in this step, with as little as the times before.
    pub(crate) fn put_off_again(&mut self, job: Job, retry_after: Option<u64>) {
        self.scheduler.waits.insert(job.clone(), Wait { tries: self.scheduler.tries, until: self.now });
        self.put_off(job, retry_after);
    }

    /// The same, and twice as long each time, up to an hour: for what is refused again and again.
    pub(crate) fn put_off_longer(&mut self, job: Job) {
        let seconds = 30_u64 << self.scheduler.tries.min(7);
        self.put_off_again(job, Some(seconds));
    }

    /// The answer to a request of one job is one to another from now on.
    pub(crate) fn is_now(&mut self, job: &Job, other: &Job) {
        let Scheduler { inflight, waits, .. } = &mut self.scheduler;
        let under_way = inflight.iter().find(|(_, under_way)| *under_way == job).map(|(id, _)| *id);
        if let Some(id) = under_way {
            inflight.insert(id, other.clone());
        }
        waits.remove(job);
    }

    /// Tries again after about this many milliseconds, without counting it as a failure.
    pub(crate) fn pause(&mut self, job: Job, millis: u64) {
        let pause = millis / 2 + self.entropy.below(millis + 1);
        let tries = self.tries_of(&job);
        self.scheduler.waits.insert(job, Wait { tries, until: UnixMillis(self.now.0.saturating_add(pause)) });
    }

    /// How often a job was put off since it last succeeded.
    pub(crate) fn tries_of(&self, job: &Job) -> u32 {
        self.scheduler.waits.get(job).map_or(0, |wait| wait.tries)
    }

    /// Those of what waits are due now.
    pub(crate) fn hurry_those(&mut self, which: fn(&Job) -> bool) {
        self.scheduler.waits.retain(|job, _| !which(job));
    }

    /// Whether a job had to be put off, for "waiting for the network".
    pub(crate) fn is_put_off(&self, job: &Job) -> bool {
        self.scheduler.waits.get(job).is_some_and(|wait| wait.tries > 0 && wait.until > self.now)
    }

    /// Everything that waits is due now.
    pub(crate) fn hurry(&mut self) {
        self.scheduler.waits.clear();
    }
}
