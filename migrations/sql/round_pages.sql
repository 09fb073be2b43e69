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

-- Rounds published before now have no printed form: promise one for each.
INSERT INTO outbox_rows (kind, business_key, queue, payload, created_at, next_at)
SELECT 'print_form', 'round-' || id, 'letters', jsonb_build_object('case_kind', 'round', 'case_id', id), now(), now()
FROM rounds
WHERE terms_sha256 IS NOT NULL;
