-- What 0013_numbers.sql says of triggers, for SQLite.

CREATE TRIGGER page_came AFTER INSERT ON pages BEGIN
    INSERT INTO sheet_tallies (page_state, story_state, n)
        VALUES (NEW.state, COALESCE((SELECT state FROM stories WHERE leaflet_id = NEW.leaflet_id), ''), 1);
END;

CREATE TRIGGER page_moved AFTER UPDATE OF state, leaflet_id ON pages
WHEN OLD.state <> NEW.state OR OLD.leaflet_id IS NOT NEW.leaflet_id BEGIN
    INSERT INTO sheet_tallies (page_state, story_state, n) VALUES
        (OLD.state, COALESCE((SELECT state FROM stories WHERE leaflet_id = OLD.leaflet_id), ''), -1),
        (NEW.state, COALESCE((SELECT state FROM stories WHERE leaflet_id = NEW.leaflet_id), ''), 1);
END;

CREATE TRIGGER page_went AFTER DELETE ON pages BEGIN
    INSERT INTO sheet_tallies (page_state, story_state, n)
        VALUES (OLD.state, COALESCE((SELECT state FROM stories WHERE leaflet_id = OLD.leaflet_id), ''), -1);
END;

CREATE TRIGGER story_came AFTER INSERT ON stories BEGIN
    INSERT INTO story_tallies (state, n) VALUES (NEW.state, 1);
    INSERT INTO sheet_tallies (page_state, story_state, n)
        SELECT state, '', -1 FROM pages WHERE leaflet_id = NEW.leaflet_id
        UNION ALL SELECT state, NEW.state, 1 FROM pages WHERE leaflet_id = NEW.leaflet_id;
    UPDATE leaflets SET has_story = 1 WHERE id = NEW.leaflet_id;
END;

CREATE TRIGGER story_moved AFTER UPDATE OF state ON stories WHEN OLD.state <> NEW.state BEGIN
    INSERT INTO story_tallies (state, n) VALUES (OLD.state, -1), (NEW.state, 1);
    INSERT INTO sheet_tallies (page_state, story_state, n)
        SELECT state, OLD.state, -1 FROM pages WHERE leaflet_id = NEW.leaflet_id
        UNION ALL SELECT state, NEW.state, 1 FROM pages WHERE leaflet_id = NEW.leaflet_id;
END;

CREATE TRIGGER story_went AFTER DELETE ON stories BEGIN
    INSERT INTO story_tallies (state, n) VALUES (OLD.state, -1);
    INSERT INTO sheet_tallies (page_state, story_state, n)
        SELECT state, OLD.state, -1 FROM pages WHERE leaflet_id = OLD.leaflet_id
        UNION ALL SELECT state, '', 1 FROM pages WHERE leaflet_id = OLD.leaflet_id;
    UPDATE leaflets SET has_story = 0 WHERE id = OLD.leaflet_id;
END;
