-- Whose business hours a clock counts by, and when a promise is called to mind.

-- The calendar that was chosen for a session, as its standard was; NULL counts by the office
-- hours of the inbox. What goes on is looked at once, so that it is chosen by the present rule.
ALTER TABLE session_clocks ADD COLUMN calendar_id UUID;
UPDATE session_clocks SET calendar_id =
    (SELECT n.calendar_id FROM standards n WHERE n.id = session_clocks.standard_id);
UPDATE session_clocks SET wakes_at = 0 WHERE wakes_at IS NULL AND session_id IN
    (SELECT c.session_id FROM conversations c WHERE c.status IN ('open', 'snoozed'));

-- When its owner is reminded; NULL once that is done, or where there is no time for it.
ALTER TABLE promises ADD COLUMN remind_at BIGINT;
CREATE INDEX promises_to_remind ON promises (remind_at) WHERE remind_at IS NOT NULL AND status = 'open';
