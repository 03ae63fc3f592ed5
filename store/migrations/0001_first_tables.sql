-- The first tables: from the batch of sheets to the published story, with people and jobs beside.
--
-- One text for SQLite and PostgreSQL: ids are TEXT made by the program and sort by time, times are BIGINT
-- milliseconds since 1970 given by the program, flags are BIGINT 0 or 1, enumerations are TEXT with CHECK, JSON is
-- TEXT, pictures are blobs by SHA-256. Readings, revisions, decisions and publications are only ever added to; the
-- program has no statement that changes or deletes them, and a test proves it.

CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('mail-room', 'moderator', 'senior', 'administrator', 'auditor')),
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL CHECK (disabled IN (0, 1)),
    created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    csrf TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    n_sheets BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- content_key is the blob's hash; a file without bytes has one of its own for each batch, so that a second empty
-- file from the same place in another batch is a sheet of its own.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    name TEXT NOT NULL,
    origin TEXT NOT NULL,
    content_key TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    blob TEXT,
    state TEXT NOT NULL CHECK (state IN ('stored', 'duplicate', 'broken')),
    duplicate_of TEXT REFERENCES files (id),
    created_at BIGINT NOT NULL,
    UNIQUE (origin, content_key)
);
CREATE INDEX files_by_batch ON files (batch_id);
CREATE UNIQUE INDEX files_first_of_content ON files (content_key) WHERE state = 'stored';

CREATE TABLE leaflets (
    id TEXT PRIMARY KEY,
    layout TEXT,
    layout_version BIGINT,
    serial TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE pages (
    id TEXT PRIMARY KEY,
    file_id TEXT NOT NULL REFERENCES files (id),
    batch_id TEXT NOT NULL REFERENCES batches (id),
    page_idx BIGINT NOT NULL,
    position BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('received', 'read', 'quarantined', 'discarded')),
    warning TEXT,
    blob TEXT,
    width_px BIGINT,
    height_px BIGINT,
    dpi DOUBLE PRECISION,
    leaflet_id TEXT REFERENCES leaflets (id),
    enqueued_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (file_id, page_idx),
    UNIQUE (batch_id, position)
);
CREATE INDEX pages_by_state ON pages (state, enqueued_at);
CREATE INDEX pages_by_leaflet ON pages (leaflet_id);

CREATE TABLE readings (
    id TEXT PRIMARY KEY,
    page_id TEXT NOT NULL REFERENCES pages (id),
    engine TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('read', 'quarantined')),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (page_id, engine)
);

CREATE TABLE reading_pictures (
    reading_id TEXT NOT NULL REFERENCES readings (id),
    idx BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('straightened', 'crop', 'drawing')),
    region_id TEXT,
    blob TEXT NOT NULL,
    PRIMARY KEY (reading_id, idx)
);

CREATE TABLE stories (
    id TEXT PRIMARY KEY,
    leaflet_id TEXT NOT NULL UNIQUE REFERENCES leaflets (id),
    page_id TEXT NOT NULL REFERENCES pages (id),
    reading_id TEXT NOT NULL REFERENCES readings (id),
    state TEXT NOT NULL CHECK (state IN ('to-review', 'second-review', 'approved', 'published', 'held', 'rejected',
        'withdrawn', 'erased')),
    revision_no BIGINT NOT NULL,
    title TEXT NOT NULL,
    service TEXT NOT NULL,
    postcode TEXT NOT NULL,
    relationship TEXT NOT NULL,
    consent BIGINT NOT NULL CHECK (consent IN (0, 1)),
    criticality BIGINT CHECK (criticality BETWEEN 0 AND 5),
    as_written TEXT NOT NULL,
    readable TEXT NOT NULL,
    published_text TEXT NOT NULL,
    show_drawing BIGINT NOT NULL CHECK (show_drawing IN (0, 1)),
    drawing_alt TEXT NOT NULL,
    has_drawing BIGINT NOT NULL CHECK (has_drawing IN (0, 1)),
    lease_user_id TEXT REFERENCES users (id),
    lease_until BIGINT,
    enqueued_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX stories_by_state ON stories (state, id);

CREATE TABLE revisions (
    id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES stories (id),
    revision_no BIGINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    fields_before TEXT NOT NULL,
    fields_after TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (story_id, revision_no)
);

CREATE TABLE decisions (
    id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES stories (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('approve', 'reject', 'hold', 'reopen', 'withdraw')),
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    revision_no BIGINT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX decisions_by_story ON decisions (story_id);

CREATE TABLE publications (
    id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL UNIQUE REFERENCES stories (id),
    number BIGINT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    service TEXT NOT NULL,
    relationship TEXT NOT NULL,
    drawing TEXT,
    drawing_alt TEXT NOT NULL,
    submitted_at BIGINT NOT NULL,
    published_at BIGINT NOT NULL
);
CREATE INDEX publications_by_time ON publications (published_at);

-- Numbers without gaps; the row is locked while one is given out.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('publication', 0);

-- Jobs that were written beside their rows and wait to be sent to the queue, and those just sent.
CREATE TABLE outbox (
    job_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('read-page', 'publish-story')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    claim_token TEXT,
    claim_until BIGINT,
    sent_at BIGINT
);
CREATE INDEX outbox_unsent ON outbox (job_id) WHERE sent_at IS NULL;
CREATE INDEX outbox_by_subject ON outbox (subject);

-- The embedded queue. A job is held by whoever knows the lease's token, until the lease runs out.
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('read-page', 'publish-story')),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    available_at BIGINT NOT NULL,
    lease_token TEXT,
    lease_until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_by_turn ON jobs (kind, available_at, job_id);
CREATE INDEX jobs_by_subject ON jobs (subject);

-- Jobs that gave up, of either queue. The body of a foreign message is kept as it came.
CREATE TABLE dead_jobs (
    job_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    cause TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    died_at BIGINT NOT NULL
);
CREATE INDEX dead_jobs_by_time ON dead_jobs (died_at);
CREATE INDEX dead_jobs_by_subject ON dead_jobs (subject);
