-- People: links to choose a password, sessions that can be told apart, and who saw what.
--
-- An account without a password has an empty hash, which no password fits. A link is stored as its hash; each person has one
-- at most. What a browser calls itself is kept in a few words.
--
-- `audit` is only ever added to, which the database itself sees to: the triggers are in a file for each engine, as their
-- syntax differs. Its kinds have no CHECK: nearly every new part of the bench adds one, and a table that must never be
-- emptied cannot be made anew for each. `user_id` is who did it, nobody for the command line and for strangers; `subject` is
-- the id of what it is about, or empty; `detail` is a word of the program, such as a role.

ALTER TABLE users ADD COLUMN last_signed_in_at BIGINT;

ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0;

CREATE TABLE password_links (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    token_hash TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    user_id TEXT REFERENCES users (id),
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX audit_by_user ON audit (user_id, id);
CREATE INDEX audit_by_kind ON audit (kind, id);
CREATE INDEX audit_by_subject ON audit (subject, id);
