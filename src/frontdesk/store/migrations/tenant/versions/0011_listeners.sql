-- Addresses that are told of intents while a turn waits for their answers.
CREATE TABLE listeners (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL UNIQUE,
    intents text[], -- names of intents, NULL for every one
    url text NOT NULL,
    secret bytea NOT NULL, -- sealed
    deadline_ms integer NOT NULL CHECK (deadline_ms BETWEEN 100 AND 10000),
    enabled boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
