-- What people say about a pile, and which sides they put together or take apart.
--
-- A clerk types how many sheets of paper a pile had and on how many sides they were scanned (counts), and says why that
-- does not fit what came in (explanations). Both are only ever added to. The latest count holds; an explanation holds for
-- the difference that it was given for, and no longer when more of the pile comes in.

CREATE TABLE batch_counts (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    n_papers BIGINT NOT NULL CHECK (n_papers >= 0),
    n_sides BIGINT NOT NULL CHECK (n_sides IN (1, 2)),
    created_at BIGINT NOT NULL
);
CREATE INDEX batch_counts_by_batch ON batch_counts (batch_id, id);

CREATE TABLE batch_explanations (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    difference BIGINT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX batch_explanations_by_batch ON batch_explanations (batch_id, id);

-- What a person says about a page has two more kinds. SQLite cannot change a CHECK, so that the table is made anew.
CREATE TABLE decisions_about_pages (
    id TEXT PRIMARY KEY,
    page_id TEXT NOT NULL REFERENCES pages (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('discard', 'restore', 'letter', 'story', 'join', 'part')),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
INSERT INTO decisions_about_pages (id, page_id, user_id, kind, reason, created_at)
    SELECT id, page_id, user_id, kind, reason, created_at FROM page_decisions;
DROP TABLE page_decisions;
ALTER TABLE decisions_about_pages RENAME TO page_decisions;
CREATE INDEX page_decisions_by_page ON page_decisions (page_id);
