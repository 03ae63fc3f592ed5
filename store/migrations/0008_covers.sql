-- Cover sheets, and piles that begin in the middle of a delivery.
--
-- `way_in` says where a batch came from, in the words of whatever took it in; `source` is what people call it, which is
-- the name on its cover sheet when it has one. A delivery that holds several piles is cut where `separation` says: the
-- piles behind the first one know the batch in which the delivery began, and the one that was cut says in which batch what
-- still comes in belongs.
-- A page has a role when it is no part of a leaflet. `cover` is the number on a cover sheet, as it was read.

ALTER TABLE batches ADD COLUMN way_in TEXT NOT NULL DEFAULT '';
UPDATE batches SET way_in = source;
ALTER TABLE batches ADD COLUMN separation TEXT NOT NULL DEFAULT 'cover-sheets';
ALTER TABLE batches ADD COLUMN delivery TEXT REFERENCES batches (id);
ALTER TABLE batches ADD COLUMN goes_on_in TEXT REFERENCES batches (id);
CREATE INDEX batches_by_delivery ON batches (delivery);

ALTER TABLE pages ADD COLUMN role TEXT CHECK (role IN ('cover', 'cover-back', 'divider', 'blank-back', 'blank'));
ALTER TABLE pages ADD COLUMN cover TEXT;

-- The ledger day by day.
CREATE INDEX pages_by_time ON pages (created_at);

-- What was printed on a cover sheet, and the pile that it lay on when it was scanned first.
CREATE TABLE covers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    n_papers BIGINT CHECK (n_papers >= 0),
    n_sides BIGINT NOT NULL CHECK (n_sides IN (1, 2)),
    batch_id TEXT REFERENCES batches (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX covers_by_batch ON covers (batch_id);
