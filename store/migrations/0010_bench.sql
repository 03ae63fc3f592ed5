-- The bench: second opinions, holds with a clock, undoing, drafts that keep themselves, safeguarding flags.
--
-- A story is flagged when words on its sheets, or a person, say that somebody may be in danger. `hold_until` is when the
-- wait is over (a provider has 72 hours). A job of the outbox is not sent before `not_before`: until then a decision can be
-- undone. A draft is what somebody typed and has not saved, for the revision that they saw; whoever opens the story next
-- finds it as a revision of the person who typed it.

CREATE TABLE decisions_about_stories (
    id TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES stories (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL CHECK (kind IN ('approve', 'reject', 'hold', 'reopen', 'withdraw', 'second-opinion', 'undo', 'flag',
        'clear-flag')),
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    revision_no BIGINT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
INSERT INTO decisions_about_stories
        (id, story_id, user_id, kind, state_before, state_after, revision_no, reason, created_at)
    SELECT id, story_id, user_id, kind, state_before, state_after, revision_no, reason, created_at FROM decisions;
DROP TABLE decisions;
ALTER TABLE decisions_about_stories RENAME TO decisions;
CREATE INDEX decisions_by_story ON decisions (story_id, id);

ALTER TABLE stories ADD COLUMN flagged BIGINT NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1));
ALTER TABLE stories ADD COLUMN hold_kind TEXT CHECK (hold_kind IN ('safeguarding', 'author', 'provider', 'other'));
ALTER TABLE stories ADD COLUMN hold_until BIGINT;
CREATE INDEX stories_flagged ON stories (state, flagged, id);

ALTER TABLE outbox ADD COLUMN not_before BIGINT;

CREATE TABLE story_drafts (
    story_id TEXT PRIMARY KEY REFERENCES stories (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    revision_no BIGINT NOT NULL,
    fields TEXT NOT NULL,
    saved_at BIGINT NOT NULL
);
