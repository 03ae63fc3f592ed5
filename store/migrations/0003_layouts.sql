-- Layouts that were drawn in the bench, for forms that somebody else printed.
--
-- A version is a draft until it is put in use; from then on its body never changes, because readings refer to it, and
-- a changed form is a new version. sources holds, for each side, the picture that the blank was made from and where the
-- page's corners lie in it, so that a person can straighten it again. Who put a layout in use or retired it is only ever
-- added to. The counter tells the workers with one cheap look that there is something new to learn.

CREATE TABLE layouts (
    layout TEXT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'in-use', 'retired')),
    revision_no BIGINT NOT NULL,
    body TEXT NOT NULL,
    sources TEXT NOT NULL,
    changed_by TEXT NOT NULL REFERENCES users (id),
    changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (layout, version)
);
CREATE INDEX layouts_by_state ON layouts (state);

CREATE TABLE layout_decisions (
    id TEXT PRIMARY KEY,
    layout TEXT NOT NULL,
    version BIGINT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    revision_no BIGINT NOT NULL,
    n_pages BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (layout, version) REFERENCES layouts (layout, version)
);
CREATE INDEX layout_decisions_by_layout ON layout_decisions (layout, version);

INSERT INTO counters (name, value) VALUES ('layouts', 0);
