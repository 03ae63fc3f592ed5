-- Addresses that files are sent to from outside: each is a bureau's that scans for us.
--
-- Of the token only the hash is kept. A drop that was revoked keeps its row, so that a bureau that still sends is told so;
-- its name may then be given again. The count of a day (n_on_day, of the day since 1970 in UTC) is what the limit holds.
-- Whoever looks for the pile that goes on finds it by where it comes from: the inbox, a drop.

CREATE TABLE drops (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    max_bytes BIGINT NOT NULL CHECK (max_bytes > 0),
    files_per_day BIGINT NOT NULL CHECK (files_per_day > 0),
    n_files BIGINT NOT NULL,
    on_day BIGINT NOT NULL,
    n_on_day BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX drops_by_name ON drops (name) WHERE revoked_at IS NULL;

CREATE INDEX batches_by_source ON batches (source, id);
