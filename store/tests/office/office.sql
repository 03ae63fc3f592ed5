-- An office after years of work: many stories, one sheet each, all but 300 of them published or rejected. One text for both
-- engines. Whoever runs it puts in what has a colon before it.

CREATE TEMPORARY TABLE n AS
    WITH RECURSIVE upwards (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM upwards WHERE i < :n)
    SELECT i, SUBSTR(CAST(100000000 + i AS TEXT), 2) AS digits, 1600000000000 + CAST(i AS BIGINT) * 60000 AS at, CASE
        WHEN i <= :n - 300 THEN CASE i % 25 WHEN 0 THEN 'rejected' ELSE 'published' END
        WHEN i % 15 = 0 THEN 'second-review'
        WHEN i % 5 = 0 THEN 'held'
        ELSE 'to-review' END AS state
    FROM upwards;

INSERT INTO batches (id, source, way_in, separation, n_sheets, created_at)
    SELECT '01BATCH00000000000' || digits, 'Scanner ' || CAST(i % 20 AS TEXT), 'Scanner ' || CAST(i % 20 AS TEXT), 'cover-sheets', 50, at FROM n WHERE i * 50 <= :n + 49;

INSERT INTO files (id, batch_id, name, origin, content_key, media_type, size_bytes, blob, state, created_at)
    SELECT '01FA00000000000000' || digits, '01BATCH00000000000' || digits, 'scan' || digits || '.tif', '/inbox/' || digits,
        digits, 'image/tiff', 4096, NULL, 'stored', at
    FROM n WHERE i * 50 <= :n + 49;

INSERT INTO leaflets (id, layout, layout_version, serial, created_at)
    SELECT '01EAF0000000000000' || digits, 'story-a4', 1, digits, at FROM n;

INSERT INTO pages (id, file_id, batch_id, page_idx, position, state, leaflet_id, side, enqueued_at, created_at)
    SELECT '01PAGE000000000000' || digits, '01FA00000000000000' || SUBSTR(CAST(100000001 + (i - 1) / 50 AS TEXT), 2),
        '01BATCH00000000000' || SUBSTR(CAST(100000001 + (i - 1) / 50 AS TEXT), 2), (i - 1) % 50, (i - 1) % 50 + 1, 'read',
        '01EAF0000000000000' || digits, 1, at, at
    FROM n;

INSERT INTO pages (id, file_id, batch_id, page_idx, position, state, enqueued_at, created_at)
    SELECT '01PAGE999999999999' || digits, '01FA00000000000000' || '00000001', '01BATCH00000000000' || '00000001', 50 + i, 51 + i,
        'quarantined', at, at
    FROM n WHERE i <= 30;

INSERT INTO readings (id, page_id, engine, status, body, created_at)
    SELECT '01READ000000000000' || digits, '01PAGE000000000000' || digits, 'postbag', 'read', :reading, at FROM n;

UPDATE pages SET reading_id = '01READ' || SUBSTR(id, 7) WHERE state = 'read';

INSERT INTO page_looks (page_id, form, cells)
    SELECT '01PAGE000000000000' || digits, 'story-a4 1 1', digits FROM n;

INSERT INTO page_look_keys (look_key, page_id) SELECT i, '01PAGE000000000000' || digits FROM n;

INSERT INTO stories (id, leaflet_id, page_id, reading_id, state, revision_no, title, service, postcode, relationship,
        consent, criticality, as_written, readable, published_text, show_drawing, drawing_alt, has_drawing, enqueued_at,
        created_at)
    SELECT '01STRY000000000000' || digits, '01EAF0000000000000' || digits, '01PAGE000000000000' || digits,
        '01READ000000000000' || digits, state, CASE state WHEN 'to-review' THEN 0 ELSE 1 END, 'What happened, ' || digits,
        'Leeds General Infirmary', 'LS1 3EX', 'patient', 1, 1, :words, :words, :words, 0, '',
        CASE i % 8 WHEN 0 THEN 1 ELSE 0 END, at, at
    FROM n;

INSERT INTO revisions (id, story_id, revision_no, user_id, fields_before, fields_after, reason, created_at)
    SELECT '01REVN000000000000' || digits, '01STRY000000000000' || digits, 1, :user, '{"readable":""}', '{"readable":"a"}', '',
        at + 1000
    FROM n WHERE state <> 'to-review';

INSERT INTO decisions (id, story_id, user_id, kind, state_before, state_after, revision_no, reason, created_at)
    SELECT '01DECN000000000000' || digits, '01STRY000000000000' || digits, :user, CASE state
            WHEN 'published' THEN 'approve'
            WHEN 'rejected' THEN 'reject'
            WHEN 'held' THEN 'hold'
            ELSE 'second-opinion' END,
        'to-review', CASE state WHEN 'published' THEN 'approved' ELSE state END, 1, 'as agreed', at + 2000
    FROM n WHERE state <> 'to-review';

INSERT INTO publications (id, story_id, number, title, body, service, relationship, drawing_alt, submitted_at, published_at)
    SELECT '01PBXN000000000000' || digits, '01STRY000000000000' || digits, i, 'What happened, ' || digits, :words,
        'Leeds General Infirmary', 'patient', '', at, at + 3000
    FROM n WHERE state = 'published';

UPDATE counters SET value = :n WHERE name = 'publication';

INSERT INTO outbox (job_id, kind, subject, body, created_at, sent_at)
    SELECT '01JB00000000000000' || digits, 'read-page', '01PAGE000000000000' || digits, '{}', at, at FROM n;

DROP TABLE n;
