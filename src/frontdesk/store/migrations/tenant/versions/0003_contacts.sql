-- Identities of one person, merged and parted.

SELECT 1;
