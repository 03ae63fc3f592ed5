-- Lists and counts that stay quick however many stories there are.
--
-- Nothing that a page shows is counted by looking at every row. How many sheets and stories there are in each state is the
-- sum of rows that triggers add (0013_numbers.sqlite.sql, 0013_numbers.postgres.sql): 1 for what came into a state, -1 for
-- what left it. Whoever writes locks nothing that others wait for, no statement of ours or of an older program can forget
-- it, and the sweep folds the rows into one for each state. A story's state is '' for a sheet without a story.
-- A later migration that makes `pages` or `stories` anew has to make their triggers anew as well.
--
-- A leaflet knows whether there is a story of it. A name that was confirmed often enough is kept where it is learned from.

CREATE TABLE sheet_tallies (
    page_state TEXT NOT NULL,
    story_state TEXT NOT NULL,
    n BIGINT NOT NULL
);
INSERT INTO sheet_tallies (page_state, story_state, n)
    SELECT p.state, COALESCE(s.state, ''), COUNT(*) FROM pages p LEFT JOIN stories s ON s.leaflet_id = p.leaflet_id
    GROUP BY p.state, COALESCE(s.state, '');

CREATE TABLE story_tallies (
    state TEXT NOT NULL,
    n BIGINT NOT NULL
);
INSERT INTO story_tallies (state, n) SELECT state, COUNT(*) FROM stories GROUP BY state;

ALTER TABLE leaflets ADD COLUMN has_story BIGINT NOT NULL DEFAULT 0 CHECK (has_story IN (0, 1));
UPDATE leaflets SET has_story = 1 WHERE id IN (SELECT leaflet_id FROM stories);
CREATE INDEX leaflets_without_story ON leaflets (id) WHERE has_story = 0;

CREATE TABLE learned_names (
    code TEXT NOT NULL REFERENCES services (code),
    alias TEXT NOT NULL,
    PRIMARY KEY (code, alias)
);
INSERT INTO learned_names (code, alias)
    SELECT code, alias FROM service_aliases GROUP BY code, alias HAVING COUNT(*) >= 2;

-- The kinds of story that can be listed by themselves.
CREATE INDEX stories_without_service ON stories (state, id) WHERE service = '';
CREATE INDEX stories_without_draft ON stories (state, id) WHERE as_written = '';
CREATE INDEX stories_with_drawing ON stories (state, id) WHERE has_drawing = 1;

CREATE INDEX pages_quarantined ON pages (batch_id, position) WHERE state = 'quarantined';
CREATE INDEX batches_by_way_in ON batches (way_in, id);
-- SQLite looks for rows that refer to one whose key might change.
CREATE INDEX batches_cut ON batches (goes_on_in) WHERE goes_on_in IS NOT NULL;
CREATE INDEX outbox_by_claim ON outbox (claim_token) WHERE claim_token IS NOT NULL;
CREATE INDEX outbox_by_sending ON outbox (sent_at) WHERE sent_at IS NOT NULL;

DROP INDEX publications_by_time;
CREATE INDEX publications_by_time ON publications (published_at, number);
