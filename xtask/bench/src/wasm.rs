//! Joining, for a browser's engine: `join(name, group_info, tree)` gives the length of the commit, `new Door(group_info,
//! tree).verify()` how many were verified.

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub, reason = "JavaScript reaches it")]
mod exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Joins once, by MLS alone.
    ///
    /// # Errors
    /// The group does not hold.
    #[wasm_bindgen]
    pub fn join(name: &str, group_info: &[u8], tree: &[u8]) -> Result<usize, String> {
        doorstep_bench::enter(name, group_info, tree)
            .map(|outgoing| outgoing.commit.len())
            .map_err(|error| format!("{error:#}"))
    }

    /// What was downloaded, read.
    #[wasm_bindgen]
    pub struct Door(doorstep_bench::Door);

    #[wasm_bindgen]
    impl Door {
        /// Reads it.
        ///
        /// # Errors
        /// The group does not hold.
        #[wasm_bindgen(constructor)]
        pub fn read(group_info: &[u8], tree: &[u8]) -> Result<Door, String> {
            doorstep_bench::Door::read(group_info, tree).map(Door).map_err(|error| format!("{error:#}"))
        }

        /// Verifies everybody's credential.
        ///
        /// # Errors
        /// One does not hold.
        pub fn verify(&self) -> Result<usize, String> {
            self.0.verify().map(|roster| roster.iter().count()).map_err(|error| format!("{error:#}"))
        }
    }
}

fn main() {}
