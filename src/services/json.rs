//! JSON as the browser has read it.

use doorstep_client_api::door::Json;
use js_sys::{Array, Reflect};
use wasm_bindgen::JsValue;

/// A value.
pub(crate) struct Value(pub(crate) JsValue);

impl Json for Value {
    fn member(&self, name: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &JsValue::from(name)).ok()?;
        (!value.is_undefined() && !value.is_null()).then_some(Self(value))
    }

    fn items(&self) -> Option<Vec<Self>> {
        Array::is_array(&self.0).then(|| Array::from(&self.0).iter().map(Self).collect())
    }

    fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> Option<u64> {
        self.0.as_f64().map(|number| number as u64)
    }

    fn truth(&self) -> Option<bool> {
        self.0.as_bool()
    }
}
