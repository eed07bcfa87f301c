//! The part of an address between its scheme and its path.

use http::uri::Authority;

/// Host and port, if there is one. `None`: there is a user's name in it, or something that is no port.
pub(crate) fn host_and_port(authority: &Authority) -> Option<(&str, Option<u16>)> {
    let (text, host) = (authority.as_str(), authority.host());
    match authority.port_u16() {
        _ if text.contains('@') => None,
        None if text != host => None,
        port => Some((host, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_name_and_nothing_but_a_port_stands_beside_a_host() {
        let read = |text: &str| {
            let authority: Authority = text.parse().unwrap();
            host_and_port(&authority).map(|(host, port)| (host.to_owned(), port))
        };
        assert_eq!(read("a.example"), Some(("a.example".to_owned(), None)));
        assert_eq!(read("a.example:8448"), Some(("a.example".to_owned(), Some(8448))));
        for wrong in ["u@a.example", "u:1@a.example", "u@a.example:1", "a.example:", "a.example:70000"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
