ALTER TABLE agents ADD COLUMN teams text[] NOT NULL DEFAULT '{}';

-- Whom a rule assigned the conversation to for this session, should a person have to answer; and whom it was handed to.
ALTER TABLE conversations
    ADD COLUMN meant_agent uuid,
    ADD COLUMN meant_team text;
ALTER TABLE handoffs
    ADD COLUMN for_agent uuid,
    ADD COLUMN for_team text,
    ADD COLUMN released_by uuid, -- who is not given it again
    ADD COLUMN briefing jsonb; -- what was said up to a message: text, until, by

-- Only what bears tags is in it: a turn in any other conversation has nothing to write there.
CREATE INDEX conversations_tagged ON conversations USING gin (tags) WHERE tags <> '{}';

CREATE INDEX handoffs_status ON handoffs (status, id);
CREATE INDEX handoffs_of_agent ON handoffs (agent_id, status, id);
DROP INDEX handoffs_agent;

ALTER TABLE canned_replies ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
