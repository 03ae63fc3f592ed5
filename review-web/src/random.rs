use rand::TryRng;
use rand::rngs::SysRng;

/// Makes bytes that nobody can guess. Handed in, so that tests can repeat them.
pub trait Randomness: Send + Sync {
    /// Thirty-two fresh bytes.
    fn bytes(&self) -> [u8; 32];
}

/// The generator of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    /// # Panics
    /// When the operating system has no randomness to give: nothing may be signed then.
    fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        SysRng
            .try_fill_bytes(&mut bytes)
            .expect("the operating system gives randomness");
        bytes
    }
}

/// A fresh token of 256 bits, as 64 hexadecimal digits.
pub(crate) fn token(random: &dyn Randomness) -> String {
    crate::digest::hex(&random.bytes())
}
