-- KeyPackages that clients left to be given out. bytes: none once it was. not_after in seconds. The reference is in package
-- too, for the Welcome.
CREATE TABLE offer (
    id          INTEGER PRIMARY KEY,
    reference   BLOB NOT NULL UNIQUE,
    address     INTEGER NOT NULL REFERENCES address (id),
    pool        INTEGER NOT NULL,
    last_resort INTEGER NOT NULL,
    not_after   INTEGER NOT NULL,
    bytes       BLOB
) STRICT;
CREATE INDEX offer_address ON offer (address, pool, last_resort, not_after);
CREATE INDEX offer_not_after ON offer (not_after);

-- Who consents to be added by whom. room: empty for any.
CREATE TABLE consent (
    target    TEXT NOT NULL,
    requester TEXT NOT NULL,
    room      TEXT NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (target, requester, room)
) STRICT, WITHOUT ROWID;

-- Whether an account is found by its exact handle.
ALTER TABLE client ADD COLUMN findable INTEGER NOT NULL DEFAULT 1;
