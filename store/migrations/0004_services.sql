-- The directory of services.
--
-- A service keeps the code that its directory gave it, which is never given to another one. It is never deleted: what
-- has closed is marked, because stories refer to it. Names of its files stand in service_names beside those that
-- moderators confirmed: each confirmation is a row of its own and is only ever added. postcodes holds the districts
-- that exist. The counter tells workers and the bench with one cheap look that there is something new to learn.

CREATE TABLE services (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('organisation', 'site', 'hospital', 'practice', 'service')),
    parent TEXT NOT NULL,
    address TEXT NOT NULL,
    town TEXT NOT NULL,
    postcode TEXT NOT NULL,
    aliases TEXT NOT NULL,
    closed BIGINT NOT NULL CHECK (closed IN (0, 1)),
    imported_at BIGINT NOT NULL
);
CREATE INDEX services_by_postcode ON services (postcode);

CREATE TABLE service_aliases (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL REFERENCES services (code),
    alias TEXT NOT NULL,
    story_id TEXT NOT NULL REFERENCES stories (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    UNIQUE (code, alias, story_id)
);
CREATE INDEX service_aliases_by_story ON service_aliases (story_id);

CREATE TABLE postcodes (
    outward TEXT PRIMARY KEY,
    n_in_use BIGINT NOT NULL
);

INSERT INTO counters (name, value) VALUES ('services', 0);
