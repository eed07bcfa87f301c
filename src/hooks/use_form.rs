//! A form that is being filled in, kept at every change until it is sent.

use serde::Serialize;
use serde::de::DeserializeOwned;
use yew::prelude::*;

use crate::services::shelf;

/// What is in a form.
#[derive(PartialEq)]
pub(crate) struct FormHandle<T: PartialEq> {
    key: AttrValue,
    value: T,
    setter: UseStateSetter<T>,
}

impl<T: Clone + PartialEq> Clone for FormHandle<T> {
    fn clone(&self) -> Self {
        Self { key: self.key.clone(), value: self.value.clone(), setter: self.setter.clone() }
    }
}

impl<T: PartialEq> std::ops::Deref for FormHandle<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq + Serialize> FormHandle<T> {
    /// It is filled in otherwise now.
    pub(crate) fn set(&self, value: T) {
        if let Ok(text) = serde_json::to_string(&value) {
            shelf::keep_draft(&self.key, &text);
        }
        self.setter.set(value);
    }

    /// It was sent: whoever opens it next begins anew.
    pub(crate) fn forget(&self) {
        shelf::keep_draft(&self.key, "");
    }
}

/// What is in the form `key`: as it was left, or `empty`.
#[hook]
pub(crate) fn use_form<T>(key: AttrValue, empty: fn() -> T) -> FormHandle<T>
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + 'static,
{
    let value = use_state(|| {
        let kept = shelf::draft(&key).and_then(|text| serde_json::from_str(&text).ok());
        kept.unwrap_or_else(empty)
    });
    FormHandle { key, value: (*value).clone(), setter: value.setter() }
}
