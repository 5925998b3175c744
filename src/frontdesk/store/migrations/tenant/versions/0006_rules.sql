-- Rules as they are being written, in the order they are tried.
CREATE TABLE rules (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    place integer NOT NULL,
    name text NOT NULL UNIQUE,
    document jsonb NOT NULL, -- core/rules/rule.py
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX rules_in_order ON rules (place, id);

-- Rules as they were published, all of them each time; the newest counts.
CREATE TABLE rule_versions (
    version integer PRIMARY KEY,
    document jsonb NOT NULL,
    rules integer NOT NULL, -- how many
    restores integer REFERENCES rule_versions, -- the version this brought back
    published_by text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
);

ALTER TABLE contacts ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
ALTER TABLE conversations
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD COLUMN turns integer NOT NULL DEFAULT 0, -- in this session
    ADD COLUMN misses integer NOT NULL DEFAULT 0; -- fallbacks in a row
