//! The store in memory keeps the rules of every store.

use doorstep_hub::store::StoreError;
use doorstep_tests::MemoryStore;

doorstep_hub::store_contract!(async { Ok::<_, StoreError>(MemoryStore::default()) });
