-- What a story says beyond its text, and stories that come without a sheet.
--
-- `also_about` names further services, one in a line. `happened` is the month, as 2026-03, or nothing: the day is never
-- asked for. The tags are words with a comma between. `route` says how the author told it: on a leaflet, on the telephone,
-- or on a form that somebody filled in beside the author and that was typed from there.

ALTER TABLE stories ADD COLUMN route TEXT NOT NULL DEFAULT 'leaflet' CHECK (route IN ('leaflet', 'phone', 'form'));
ALTER TABLE stories ADD COLUMN also_about TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN happened TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN tags_good TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN tags_better TEXT NOT NULL DEFAULT '';
ALTER TABLE stories ADD COLUMN tags_felt TEXT NOT NULL DEFAULT '';

ALTER TABLE publications ADD COLUMN route TEXT NOT NULL DEFAULT 'leaflet' CHECK (route IN ('leaflet', 'phone', 'form'));
ALTER TABLE publications ADD COLUMN also_about TEXT NOT NULL DEFAULT '';
ALTER TABLE publications ADD COLUMN happened TEXT NOT NULL DEFAULT '';
ALTER TABLE publications ADD COLUMN tags_good TEXT NOT NULL DEFAULT '';
ALTER TABLE publications ADD COLUMN tags_better TEXT NOT NULL DEFAULT '';
ALTER TABLE publications ADD COLUMN tags_felt TEXT NOT NULL DEFAULT '';

-- The pages of a service list what was published about it, newest first.
CREATE INDEX publications_of_service ON publications (service, published_at);
