-- What an authorization request with the scope openid asked for: its nonce, or an empty text without one.
-- NULL: no ID token was asked for.
ALTER TABLE authorization_code ADD COLUMN openid TEXT;
