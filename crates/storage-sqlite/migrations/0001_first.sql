-- Times are milliseconds since the UNIX epoch unless a column says otherwise.

-- Browser profiles.
CREATE TABLE client (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB NOT NULL UNIQUE CHECK (length(uuid) = 16),
    key          BLOB NOT NULL CHECK (length(key) = 32),
    handle       TEXT UNIQUE,
    display_name TEXT,
    made_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    client     INTEGER NOT NULL REFERENCES client (id),
    expires    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_expires ON session (expires);

-- Client URIs under which mail arrives, each with the key it was vouched for and the answer that said so.
CREATE TABLE address (
    id      INTEGER PRIMARY KEY,
    uri     TEXT NOT NULL UNIQUE,
    user    TEXT NOT NULL,
    client  INTEGER NOT NULL REFERENCES client (id),
    key     BLOB NOT NULL CHECK (length(key) = 32),
    request BLOB NOT NULL CHECK (length(request) = 32),
    token   BLOB NOT NULL
) STRICT;
CREATE INDEX address_user ON address (user);
CREATE INDEX address_client ON address (client);

-- Tokens issued per client and day (days since the UNIX epoch).
CREATE TABLE issue_count (
    client INTEGER NOT NULL REFERENCES client (id),
    day    INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    PRIMARY KEY (client, day)
) STRICT, WITHOUT ROWID;

-- KeyPackages that were handed out; not_after in seconds.
CREATE TABLE package (
    reference BLOB PRIMARY KEY,
    address   INTEGER NOT NULL REFERENCES address (id),
    not_after INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX package_not_after ON package (not_after);

CREATE TABLE room (
    id         INTEGER PRIMARY KEY,
    uri        TEXT NOT NULL UNIQUE,
    listed     INTEGER NOT NULL,
    name       TEXT NOT NULL,
    door       BLOB,
    look_again INTEGER
) STRICT;
CREATE INDEX room_look_again ON room (look_again) WHERE look_again IS NOT NULL;
CREATE INDEX room_listed ON room (name) WHERE listed = 1;

CREATE TABLE room_row (
    room  INTEGER NOT NULL REFERENCES room (id),
    key   BLOB NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (room, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE room_log (
    id      INTEGER PRIMARY KEY,
    room    INTEGER NOT NULL REFERENCES room (id),
    at      INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    kind    INTEGER NOT NULL,
    message BLOB NOT NULL
) STRICT;
CREATE INDEX room_log_room ON room_log (room, id);
CREATE INDEX room_log_at ON room_log (at);

-- A body is stored once however many mailboxes refer to it; refs counts them.
CREATE TABLE mail_body (
    id    INTEGER PRIMARY KEY,
    kind  INTEGER NOT NULL,
    room  TEXT NOT NULL,
    at    INTEGER NOT NULL,
    refs  INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE INDEX mail_body_at ON mail_body (at);

-- AUTOINCREMENT: a seq is never used again, also after the newest item is gone.
CREATE TABLE mail (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    client  INTEGER NOT NULL,
    address INTEGER NOT NULL,
    body    INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_client ON mail (client, seq);

CREATE TABLE consent_request (
    scope BLOB PRIMARY KEY CHECK (length(scope) = 32),
    at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
