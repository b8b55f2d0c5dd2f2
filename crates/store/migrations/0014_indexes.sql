-- Ways to rows that were found only by reading all of a workspace.

-- Breaches of a day, for the wallboard.
CREATE INDEX deadlines_breached ON deadlines (workspace_id, fired_at)
    WHERE moment = 'breach' AND fired_at IS NOT NULL;
-- The people of an account.
CREATE INDEX contacts_by_account ON contacts (account_id) WHERE account_id IS NOT NULL;
-- Runs of similar cases.
CREATE INDEX cases_by_creation ON cases (workspace_id, created_at);
-- What is done with and may go.
CREATE INDEX jobs_done ON jobs (finished_at) WHERE state = 'done';
