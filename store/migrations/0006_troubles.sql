-- What is wrong right now, told by the processes to each other.
--
-- A part that works again takes its row away; a process that has ended cannot, so that rows that nobody has confirmed
-- for a minute are not shown any more (heard_at).

CREATE TABLE troubles (
    part TEXT PRIMARY KEY,
    cause TEXT NOT NULL,
    next_action TEXT NOT NULL,
    since BIGINT NOT NULL,
    heard_at BIGINT NOT NULL
);
