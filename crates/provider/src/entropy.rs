//! Where the provider gets its random bytes.

/// The provider's only source of randomness; tests bring a seeded one.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `out` with bytes nobody can guess.
    fn fill(&self, out: &mut [u8]);
}

/// The operating system's.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// A system that has no randomness left to give cannot keep any promise of this program: it ends.
    fn fill(&self, out: &mut [u8]) {
        if getrandom02::getrandom(out).is_err() {
            tracing::error!("the operating system gives no random bytes");
            std::process::abort();
        }
    }
}

/// Random bytes as an array.
pub(crate) fn random<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}
