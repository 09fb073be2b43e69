ALTER TABLE applications ADD COLUMN extended_to TIMESTAMP WITH TIME ZONE;

ALTER TABLE rounds ADD COLUMN extended_at TIMESTAMP WITH TIME ZONE;

CREATE TABLE printed_bids (
    submission_id BIGINT NOT NULL,
    pdf_sha256 TEXT NOT NULL,
    pdf_size BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    storage_key TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_printed_bids PRIMARY KEY (submission_id),
    CONSTRAINT ck_printed_bids_pdf_sha256_form CHECK (pdf_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_printed_bids_not_empty CHECK (pdf_size > 0 AND pages > 0),
    CONSTRAINT fk_printed_bids_submission_id_submissions FOREIGN KEY(submission_id) REFERENCES submissions (id)
);

CREATE TABLE service_minutes (
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    answers BIGINT NOT NULL,
    slow BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    CONSTRAINT pk_service_minutes PRIMARY KEY (at),
    CONSTRAINT ck_service_minutes_parts_of_the_answers CHECK (slow >= 0 AND failed >= 0 AND slow + failed <= answers)
);
