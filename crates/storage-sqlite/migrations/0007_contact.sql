-- How an account wants to be reached. find: 0 not, 1 by its handle, 2 by its display name too; whoever hid before is not found.
-- name_key: the display name as it is compared, of those that are found by it. ask: 0 nobody may, 1 anybody, 2 anybody as far as
-- the provider sees.
ALTER TABLE client ADD COLUMN find INTEGER NOT NULL DEFAULT 1;
UPDATE client SET find = 0 WHERE findable = 0;
ALTER TABLE client DROP COLUMN findable;
ALTER TABLE client ADD COLUMN name_key TEXT;
ALTER TABLE client ADD COLUMN ask INTEGER NOT NULL DEFAULT 1;
CREATE INDEX client_name_key ON client (name_key) WHERE name_key IS NOT NULL;

-- Users and providers that an account does not want to hear of.
CREATE TABLE blocked (
    client INTEGER NOT NULL REFERENCES client (id),
    uri    TEXT NOT NULL,
    PRIMARY KEY (client, uri)
) STRICT, WITHOUT ROWID;

-- What was said to people here about consent. kind: 0 asked, 1 granted. stands: not taken back since. What was remembered so
-- far says nothing of whom it was for; it ends within the weeks in which it would have been swept.
DROP TABLE consent_request;
CREATE TABLE consent_said (
    kind     INTEGER NOT NULL,
    scope    BLOB NOT NULL CHECK (length(scope) = 32),
    person   TEXT NOT NULL,
    provider TEXT NOT NULL,
    speaker  TEXT NOT NULL,
    at       INTEGER NOT NULL,
    stands   INTEGER NOT NULL,
    PRIMARY KEY (kind, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_said_person ON consent_said (person, kind, at);
CREATE INDEX consent_said_at ON consent_said (at);
