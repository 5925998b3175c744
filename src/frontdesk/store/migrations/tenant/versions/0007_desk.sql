-- Who answers when the bot doesn't. Whose a conversation is says conversations.owner; these rows say which person, and since when.

CREATE TABLE agents (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL UNIQUE,
    email text,
    skills text[] NOT NULL DEFAULT '{}',
    languages text[] NOT NULL DEFAULT '{}',
    capacity integer NOT NULL DEFAULT 5 CHECK (capacity BETWEEN 0 AND 1000),
    status text NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'away')),
    given_at timestamptz, -- when a conversation was last given to them: whose turn it is
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE handoffs (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    conversation_id uuid NOT NULL,
    reason text NOT NULL,
    detail text NOT NULL DEFAULT '',
    priority smallint NOT NULL DEFAULT 3 CHECK (priority BETWEEN 1 AND 5), -- 1 comes first
    skill text,
    language text,
    status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'assigned', 'resolved', 'abandoned')),
    agent_id uuid, -- stays when the agent is gone
    summary text, -- what came of it, as whoever resolved it says
    requested_at timestamptz NOT NULL DEFAULT now(),
    assigned_at timestamptz,
    first_answered_at timestamptz,
    last_answered_at timestamptz,
    resolved_at timestamptz,
    first_due_at timestamptz,
    resolve_due_at timestamptz,
    CHECK (status <> 'assigned' OR agent_id IS NOT NULL),
    CHECK (status <> 'waiting' OR agent_id IS NULL)
);
CREATE UNIQUE INDEX handoffs_open ON handoffs (conversation_id) WHERE status IN ('waiting', 'assigned');
CREATE INDEX handoffs_queue ON handoffs (priority, coalesce(first_due_at, 'infinity'), id) WHERE status = 'waiting';
CREATE INDEX handoffs_agent ON handoffs (agent_id) WHERE status = 'assigned';
CREATE INDEX handoffs_conversation ON handoffs (conversation_id, id);

CREATE TABLE notes (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    conversation_id uuid NOT NULL,
    agent_id uuid,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX notes_conversation ON notes (conversation_id, id);

CREATE TABLE canned_replies (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    name text NOT NULL UNIQUE,
    language text,
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
