//! `keyMaterial`: KeyPackages of a user's clients, each given out once (mimi-protocol-06 §5.2).

mod request;
mod response;

pub use request::{KEY_MATERIAL_REQUEST_LABEL, KeyMaterialRequest, KeyMaterialRequestTbs, RequiredCapabilities};
pub use response::{
    Capabilities, ClientKeyMaterial, KeyMaterial, KeyMaterialResponse, KeyMaterialUserCode, MAX_CLIENTS,
};

#[cfg(test)]
mod tests;
