-- What the built-in roles may do besides.
UPDATE roles SET version = version + 1, grants = grants || '[{"permission":"automation.manage","scope":"all"}]'
WHERE builtin IN ('administrator', 'supervisor');
