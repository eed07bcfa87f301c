-- Reports of abuse; at is when one came.
CREATE TABLE report (
    id             INTEGER PRIMARY KEY,
    room           TEXT NOT NULL,
    provider       TEXT NOT NULL,
    reporting_user TEXT,
    alleged_abuser TEXT NOT NULL,
    digest         BLOB NOT NULL CHECK (length(digest) = 32),
    body           BLOB NOT NULL,
    proven         INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    UNIQUE (room, provider, digest)
) STRICT;
CREATE INDEX report_at ON report (at);
