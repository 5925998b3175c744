-- Reminders, and the times they went out. The wake of each stands in frontdesk.scheduled, one row a reminder.

CREATE TABLE reminders (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id uuid NOT NULL,
    conversation_id uuid NOT NULL, -- where it is sent first
    text text NOT NULL,
    schedule jsonb NOT NULL, -- core/recurrence_plain.py
    zone text NOT NULL, -- that of the schedule
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'done', 'cancelled')),
    since timestamptz NOT NULL, -- the occurrence sent last, or when it was made or changed
    snoozed timestamptz,
    wakes_at timestamptz, -- NULL: never again
    scheduled_id bigint, -- of the row in frontdesk.scheduled
    made_by text NOT NULL DEFAULT 'contact',
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reminders_of_contact ON reminders (contact_id, status);

CREATE TABLE reminder_fires (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    reminder_id uuid NOT NULL,
    contact_id uuid NOT NULL,
    conversation_id uuid NOT NULL, -- where it was sent
    occurrence timestamptz NOT NULL,
    message_id uuid, -- of the message sent last for it; NULL: no way was left
    is_late boolean NOT NULL DEFAULT false,
    is_snoozed boolean NOT NULL DEFAULT false, -- it came back after a snooze
    passed_over integer NOT NULL DEFAULT 0, -- occurrences before it that were missed and never sent
    refused jsonb NOT NULL DEFAULT '[]', -- the ways that were tried in vain: conversation and reason
    fired_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (reminder_id, occurrence)
);
CREATE INDEX reminder_fires_of_contact ON reminder_fires (contact_id);
CREATE INDEX reminder_fires_of_message ON reminder_fires (message_id);

ALTER TABLE contacts ADD COLUMN time_zone text; -- IANA; NULL: not known
