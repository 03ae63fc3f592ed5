-- The webhook: whoever shows stories elsewhere is told when one is published or taken down.
--
-- A row says what is told, how far that went and what the other side answered last: a status or a plain reason, never a word
-- of a body. It is written together with what it tells of and with its job. A test is about no publication.

CREATE TABLE webhook_deliveries (
    id TEXT PRIMARY KEY,
    publication_id TEXT REFERENCES publications (id),
    event TEXT NOT NULL CHECK (event IN ('published', 'corrected', 'withdrawn', 'test')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'given-up', 'overtaken')),
    n_attempts BIGINT NOT NULL,
    last_answer TEXT,
    last_attempt_at BIGINT,
    enqueued_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX webhook_deliveries_by_state ON webhook_deliveries (state, enqueued_at);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (publication_id, event)
    WHERE event IN ('published', 'withdrawn');

-- There is one more kind of job. SQLite cannot change a CHECK, so that both tables are made anew.
CREATE TABLE jobs_to_send (
    job_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('read-page', 'publish-story', 'deliver-webhook')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    claim_token TEXT,
    claim_until BIGINT,
    sent_at BIGINT,
    not_before BIGINT
);
INSERT INTO jobs_to_send (job_id, kind, subject, body, created_at, claim_token, claim_until, sent_at, not_before)
    SELECT job_id, kind, subject, body, created_at, claim_token, claim_until, sent_at, not_before FROM outbox;
DROP TABLE outbox;
ALTER TABLE jobs_to_send RENAME TO outbox;
CREATE INDEX outbox_unsent ON outbox (job_id) WHERE sent_at IS NULL;
CREATE INDEX outbox_by_subject ON outbox (subject);

CREATE TABLE jobs_in_turn (
    job_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('read-page', 'publish-story', 'deliver-webhook')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    available_at BIGINT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL
);
INSERT INTO jobs_in_turn (job_id, kind, subject, body, attempts, available_at, lease_token, lease_until, created_at)
    SELECT job_id, kind, subject, body, attempts, available_at, lease_token, lease_until, created_at FROM jobs;
DROP TABLE jobs;
ALTER TABLE jobs_in_turn RENAME TO jobs;
CREATE INDEX jobs_by_turn ON jobs (kind, available_at, job_id);
CREATE INDEX jobs_by_subject ON jobs (subject);
