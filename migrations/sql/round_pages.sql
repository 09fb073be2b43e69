CREATE TABLE printed_forms (
    round_id BIGINT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    pdf_size BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    storage_key TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_printed_forms PRIMARY KEY (round_id),
    CONSTRAINT ck_printed_forms_pdf_sha256_form CHECK (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_printed_forms_not_empty CHECK (pdf_size > 0 AND pages > 0),
    CONSTRAINT fk_printed_forms_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE TABLE followers (
    id BIGSERIAL NOT NULL,
    round_id BIGINT NOT NULL,
    email TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    link_hash TEXT,
    expires_at TIMESTAMP WITH TIME ZONE,
    confirmed_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_followers PRIMARY KEY (id),
    CONSTRAINT uq_followers_round_id_email UNIQUE (round_id, email),
    CONSTRAINT uq_followers_link_hash UNIQUE (link_hash),
    CONSTRAINT ck_followers_email_normalised CHECK (email = lower(email)),
    CONSTRAINT ck_followers_confirmed_or_asked CHECK (
        (confirmed_at IS NULL) = (link_hash IS NOT NULL) AND (link_hash IS NULL) = (expires_at IS NULL)
    ),
    CONSTRAINT fk_followers_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE INDEX ix_followers_expires_at ON followers (expires_at);

CREATE TABLE round_questions (
    id BIGSERIAL NOT NULL,
    round_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    asked_by_id BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    words TEXT NOT NULL,
    published_words TEXT,
    answer TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_round_questions PRIMARY KEY (id),
    CONSTRAINT ck_round_questions_something_asked CHECK (words <> ''),
    CONSTRAINT ck_round_questions_answered_once_past_asked CHECK ((state = 'asked') = (answer IS NULL)),
    CONSTRAINT ck_round_questions_answered_at_an_instant CHECK ((answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT ck_round_questions_published_in_words CHECK ((state = 'published') = (published_words IS NOT NULL)),
    CONSTRAINT fk_round_questions_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id),
    CONSTRAINT fk_round_questions_asked_by_id_people FOREIGN KEY(asked_by_id) REFERENCES people (id)
);

CREATE INDEX ix_round_questions_round_id_state_id ON round_questions (round_id, state, id);

CREATE INDEX ix_round_questions_asked_by_id_id ON round_questions (asked_by_id, id);

ALTER TABLE messages ADD COLUMN stop_link TEXT;

-- Rounds published before now have no printed form: promise one for each.
INSERT INTO outbox_rows (kind, business_key, queue, payload, created_at, next_at)
SELECT 'print_form', 'round-' || id, 'letters', jsonb_build_object('case_kind', 'round', 'case_id', id), now(), now()
FROM rounds
WHERE terms_sha256 IS NOT NULL;
