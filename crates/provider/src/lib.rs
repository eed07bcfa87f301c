//! The server: client API, public pages, the web app.
