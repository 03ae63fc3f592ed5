-- What 0013_numbers.sql says of triggers, for PostgreSQL.
--
-- A page's trigger locks the story of its leaflet, so that whoever moves the story meanwhile comes before or after, and no
-- sheet is counted where its story no longer is.

CREATE FUNCTION tally_sheet(page_state TEXT, leaflet TEXT, n BIGINT) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM stories WHERE leaflet_id = leaflet FOR NO KEY UPDATE;
    INSERT INTO sheet_tallies
        VALUES (page_state, COALESCE((SELECT s.state FROM stories s WHERE s.leaflet_id = leaflet), ''), n);
END $$;

CREATE FUNCTION tally_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM tally_sheet(OLD.state, OLD.leaflet_id, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM tally_sheet(NEW.state, NEW.leaflet_id, 1);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION tally_story() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before TEXT := '';
    after TEXT := '';
    leaflet TEXT;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := OLD.state;
        leaflet := OLD.leaflet_id;
        INSERT INTO story_tallies VALUES (before, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after := NEW.state;
        leaflet := NEW.leaflet_id;
        INSERT INTO story_tallies VALUES (after, 1);
    END IF;
    INSERT INTO sheet_tallies
        SELECT p.state, before, -1 FROM pages p WHERE p.leaflet_id = leaflet
        UNION ALL SELECT p.state, after, 1 FROM pages p WHERE p.leaflet_id = leaflet;
    IF TG_OP <> 'UPDATE' THEN
        UPDATE leaflets SET has_story = CASE WHEN TG_OP = 'INSERT' THEN 1 ELSE 0 END WHERE id = leaflet;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER page_came AFTER INSERT OR DELETE ON pages FOR EACH ROW EXECUTE FUNCTION tally_page();
CREATE TRIGGER page_moved AFTER UPDATE OF state, leaflet_id ON pages FOR EACH ROW
    WHEN (OLD.state <> NEW.state OR OLD.leaflet_id IS DISTINCT FROM NEW.leaflet_id) EXECUTE FUNCTION tally_page();
CREATE TRIGGER story_came AFTER INSERT OR DELETE ON stories FOR EACH ROW EXECUTE FUNCTION tally_story();
CREATE TRIGGER story_moved AFTER UPDATE OF state ON stories FOR EACH ROW
    WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION tally_story();
