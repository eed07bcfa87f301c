//! The public page of a room: rendered by the provider, mounted by the app.
