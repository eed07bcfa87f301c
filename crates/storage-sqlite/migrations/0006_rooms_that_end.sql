-- Addresses of rooms that ended: they stay taken. request: SHA-256 of the request that ended it, for a repeated one; zeros:
-- nobody asked.
CREATE TABLE ended_room (
    uri     TEXT PRIMARY KEY,
    at      INTEGER NOT NULL,
    request BLOB NOT NULL CHECK (length(request) = 32)
) STRICT, WITHOUT ROWID;

-- The operator wants it to end.
ALTER TABLE room ADD COLUMN end_asked INTEGER NOT NULL DEFAULT 0;
