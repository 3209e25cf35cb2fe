-- The organisation that what a person allowed counts for, chosen on the consent page by whoever belongs to several; null: whichever
-- one the person belongs to.
ALTER TABLE authorization_code ADD COLUMN tenant TEXT;
ALTER TABLE access_grant ADD COLUMN tenant TEXT;
