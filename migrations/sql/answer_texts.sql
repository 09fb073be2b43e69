-- What an answer is now stands with the answer alone; its history keeps what it was before.
ALTER TABLE answers ADD COLUMN begun_at TIMESTAMP WITH TIME ZONE;

UPDATE answers SET begun_at = coalesce(
    (SELECT begun_at FROM answer_versions AS v
     WHERE v.application_id = answers.application_id AND v.question = answers.question
     ORDER BY id DESC LIMIT 1),
    saved_at
);

ALTER TABLE answers ALTER COLUMN begun_at SET NOT NULL;

DELETE FROM answer_versions AS v USING answers AS a
WHERE a.application_id = v.application_id AND a.question = v.question AND a.version = v.version;
