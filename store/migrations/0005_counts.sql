-- What people say about a pile.
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
