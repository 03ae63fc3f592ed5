-- The lane of unknown sheets, and the two sides of one leaflet.
--
-- What a person says about a page that the machine could not place (placements), and what else a person decides about
-- a page (page_decisions), are kept for ever; both tables are only ever added to. A placement makes the page be read
-- again, and its number is part of that reading's engine name, so that readings stay unique and are only added to.
-- A page remembers which side it is and which of its readings counts, so that a leaflet can have several pages; `apart`
-- is 1 when the page joined its leaflet after somebody had begun to work on the story, so that its words are not in
-- the story's fields. Readings may keep two more kinds of pictures.
-- Programs of before write neither column; their pages have a story with a page and a reading of its own, and count.

CREATE TABLE placements (
    id TEXT PRIMARY KEY,
    page_id TEXT NOT NULL REFERENCES pages (id),
    placement_no BIGINT NOT NULL,
    layout TEXT NOT NULL,
    layout_version BIGINT NOT NULL,
    side BIGINT NOT NULL,
    corners TEXT,
    user_id TEXT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    UNIQUE (page_id, placement_no)
);

CREATE TABLE page_decisions (
    id TEXT PRIMARY KEY,
    page_id TEXT NOT NULL REFERENCES pages (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('discard', 'restore', 'letter', 'story')),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX page_decisions_by_page ON page_decisions (page_id);

ALTER TABLE pages ADD COLUMN side BIGINT;
ALTER TABLE pages ADD COLUMN reading_id TEXT REFERENCES readings (id);
ALTER TABLE pages ADD COLUMN apart BIGINT NOT NULL DEFAULT 0 CHECK (apart IN (0, 1));
UPDATE pages SET reading_id = (SELECT s.reading_id FROM stories s WHERE s.page_id = pages.id);

CREATE INDEX leaflets_by_number ON leaflets (serial, layout, layout_version);

-- SQLite cannot change a CHECK, so that the table is made anew.
CREATE TABLE pictures_of_readings (
    reading_id TEXT NOT NULL REFERENCES readings (id),
    idx BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('straightened', 'crop', 'drawing', 'ink', 'found')),
    region_id TEXT,
    blob TEXT NOT NULL,
    PRIMARY KEY (reading_id, idx)
);
INSERT INTO pictures_of_readings (reading_id, idx, role, region_id, blob)
    SELECT reading_id, idx, role, region_id, blob FROM reading_pictures;
DROP TABLE reading_pictures;
ALTER TABLE pictures_of_readings RENAME TO reading_pictures;
