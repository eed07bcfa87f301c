-- Clients of this provider in rooms of other hubs.
CREATE TABLE follower (
    room    TEXT NOT NULL,
    address INTEGER NOT NULL REFERENCES address (id),
    PRIMARY KEY (room, address)
) STRICT, WITHOUT ROWID;

-- What other hubs sent and was delivered, by digest.
CREATE TABLE received (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX received_at ON received (at);

-- Letters about one room to one peer, as long as there are any. first is the one whose turn is next, or comes at due;
-- tries are those of first. Only first is ever sent.
CREATE TABLE lane (
    id    INTEGER PRIMARY KEY,
    peer  TEXT NOT NULL,
    room  TEXT NOT NULL,
    first INTEGER NOT NULL,
    due   INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    UNIQUE (peer, room)
) STRICT;
CREATE INDEX lane_due ON lane (due);
CREATE INDEX lane_peer_due ON lane (peer, due, first);

-- Its body is in mail_body, with those for mailboxes. clients is a JSON array of URIs.
-- AUTOINCREMENT: whoever still speaks of a letter that is gone means no other.
CREATE TABLE letter (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    lane    INTEGER NOT NULL REFERENCES lane (id),
    clients TEXT NOT NULL,
    body    INTEGER NOT NULL
) STRICT;
CREATE INDEX letter_lane ON letter (lane, id);

-- Letters that were given up, by peer.
CREATE TABLE lost (
    peer    TEXT PRIMARY KEY,
    letters INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Keys of other providers.
CREATE TABLE peer_keys (
    provider TEXT NOT NULL,
    which    INTEGER NOT NULL,
    keys     BLOB NOT NULL,
    since    INTEGER NOT NULL,
    seen     INTEGER NOT NULL,
    former   BLOB,
    PRIMARY KEY (provider, which)
) STRICT;
