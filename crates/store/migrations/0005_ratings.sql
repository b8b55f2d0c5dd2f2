-- When the customer was asked what they think of the session; NULL if they were not.
ALTER TABLE sessions ADD COLUMN rating_asked_at BIGINT;
