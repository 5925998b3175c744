-- Something to be done, for or by a contact, an agent, or nobody in particular.
CREATE TABLE tasks (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    number bigint NOT NULL UNIQUE, -- what people call it
    title text NOT NULL,
    details text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'doing', 'done', 'cancelled')),
    due_at timestamptz,
    due_all_day boolean NOT NULL DEFAULT false, -- due within a day: due_at is its last minute
    contact_id uuid,
    agent_id uuid,
    conversation_id uuid, -- where the contact hears of it
    checklist jsonb NOT NULL DEFAULT '[]', -- text, done
    follow_up jsonb, -- what happens once it is done: message, or task
    created_by text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz
);
CREATE INDEX tasks_contact ON tasks (contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX tasks_agent ON tasks (agent_id, id) WHERE agent_id IS NOT NULL;
CREATE INDEX tasks_due ON tasks (due_at, id) WHERE status IN ('open', 'doing');
CREATE INDEX tasks_conversation ON tasks (conversation_id) WHERE conversation_id IS NOT NULL;

CREATE TABLE task_comments (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    author text NOT NULL, -- a user's or a key's name, or 'contact'
    contact_id uuid, -- where a contact wrote it
    text text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_comments_task ON task_comments (task_id, id);
CREATE INDEX task_comments_contact ON task_comments (contact_id) WHERE contact_id IS NOT NULL;

-- What happened to a task, oldest first: who changed what, from what to what.
CREATE TABLE task_events (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('created', 'changed', 'commented')),
    actor text NOT NULL,
    contact_id uuid,
    changes jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_events_task ON task_events (task_id, id);
CREATE INDEX task_events_contact ON task_events (contact_id) WHERE contact_id IS NOT NULL;
