-- The settings may say something else by now under the same version, and the message expires before the answer does.
ALTER TABLE consents
    ADD COLUMN channel_id uuid, -- where it was given; null in rows of before
    ADD COLUMN policy text, -- what they were shown
    ADD COLUMN answered_by text CHECK (answered_by IN ('button', 'words', 'stop'));

-- The question a rating answers, by what it followed: a contact who answers it again has thought better of it.
ALTER TABLE feedback ADD COLUMN occasion text;
CREATE UNIQUE INDEX feedback_rating ON feedback (conversation_id, contact_id, occasion)
    WHERE kind = 'rating' AND occasion IS NOT NULL;
CREATE INDEX feedback_contact ON feedback (contact_id, id);
CREATE INDEX feedback_conversation ON feedback (conversation_id);

-- The highest number a task ever had: one that was removed leaves its number to no other, since buttons name tasks by it.
CREATE TABLE task_numbers (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    last bigint NOT NULL
);
INSERT INTO task_numbers (last) SELECT max(number) FROM tasks HAVING max(number) IS NOT NULL;
