-- Sheets that look alike: one that was scanned twice is known again, also where it has no printed number.
--
-- What the ink of a page looks like is a grid of hexadecimal digits. `form` is the side of the layout that it lies on, empty
-- for a page of which nothing is known: only pages of one form are compared. A page is found again by its keys.
-- Of two pages that look alike each is noted as the twin of the other.

CREATE TABLE page_looks (
    page_id TEXT PRIMARY KEY REFERENCES pages (id),
    form TEXT NOT NULL,
    cells TEXT NOT NULL
);

CREATE TABLE page_look_keys (
    look_key BIGINT NOT NULL,
    page_id TEXT NOT NULL REFERENCES page_looks (page_id),
    PRIMARY KEY (look_key, page_id)
);
CREATE INDEX page_look_keys_by_page ON page_look_keys (page_id);

CREATE TABLE page_twins (
    page_id TEXT NOT NULL REFERENCES pages (id),
    other_id TEXT NOT NULL REFERENCES pages (id),
    PRIMARY KEY (page_id, other_id)
);
