-- Inbound media kept once.

SELECT 1;
