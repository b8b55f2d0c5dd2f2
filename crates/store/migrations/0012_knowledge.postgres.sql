-- What the built-in roles may do besides.
UPDATE roles SET version = version + 1, grants = grants || '[{"permission":"knowledge.read","scope":"all"},{"permission":"knowledge.write","scope":"all"},{"permission":"knowledge.publish","scope":"all"}]'
WHERE builtin = 'administrator';
UPDATE roles SET version = version + 1, grants = grants || '[{"permission":"knowledge.read","scope":"all"},{"permission":"knowledge.write","scope":"all"},{"permission":"knowledge.publish","scope":"all"}]'
WHERE builtin = 'supervisor';
UPDATE roles SET version = version + 1, grants = grants || '[{"permission":"knowledge.read","scope":"all"},{"permission":"knowledge.write","scope":"all"}]'
WHERE builtin = 'agent';
UPDATE roles SET version = version + 1, grants = grants || '[{"permission":"knowledge.read","scope":"all"}]'
WHERE builtin = 'back_office';
UPDATE roles SET version = version + 1, grants = grants || '[{"permission":"knowledge.read","scope":"all"}]'
WHERE builtin = 'auditor';
