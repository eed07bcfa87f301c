//! A few values by name. Pages never have many: a search from the front is as quick as a tree, and much less to download.

/// Values by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named<T>(Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Named<T> {
    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    /// Puts a value in place of the former one of this name.
    pub(crate) fn insert(&mut self, name: String, value: T) {
        match self.0.iter_mut().find(|(other, _)| *other == name) {
            Some((_, place)) => *place = value,
            None => self.0.push((name, value)),
        }
    }

    /// Takes a name and its value out.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| other != name);
    }

    /// All values, the oldest name first.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }

    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_value() {
        let mut named = Named::default();
        named.insert("a".into(), 1);
        named.insert("b".into(), 2);
        named.insert("a".into(), 3);
        assert_eq!(named.values().copied().collect::<Vec<_>>(), [3, 2]);
        named.remove("a");
        assert_eq!((named.get("a"), named.get("b")), (None, Some(&2)));
    }
}
