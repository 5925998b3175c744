-- How long free text may be sent: an advert that opened the conversation gives more time than the last message does.

ALTER TABLE conversations ADD COLUMN free_until timestamptz;
