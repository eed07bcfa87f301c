-- Letters about one room that were given up and that a peer will never have: written from since to until, nothing delivered
-- in between. is_open: nothing was delivered after them either.
CREATE TABLE gap (
    id      INTEGER PRIMARY KEY,
    peer    TEXT NOT NULL,
    room    TEXT NOT NULL,
    since   INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    is_open INTEGER NOT NULL
) STRICT;
CREATE INDEX gap_room ON gap (room, id);
CREATE UNIQUE INDEX gap_open ON gap (peer, room) WHERE is_open = 1;

-- What of one room waits.
CREATE INDEX lane_room ON lane (room);
